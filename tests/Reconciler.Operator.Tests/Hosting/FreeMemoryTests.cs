using System.Runtime.CompilerServices;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class FreeMemoryTests
{
    [Fact]
    public void What_nobody_holds_any_more_is_gone_afterwards()
    {
        var forgotten = Forgotten();

        FreeMemory.GiveBack();

        Assert.False(forgotten.IsAlive);
    }

    // In a frame of its own, so that nothing of it is left on the test's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forgotten() => new(new byte[100_000]);
}
