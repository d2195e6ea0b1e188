using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class LoopSetTests
{
    [Fact]
    public async Task A_loop_that_throws_ends_the_others_and_the_process()
    {
        using var loops = new LoopSet(NullLogger.Instance);
        var ended = false;
        loops.Start("bad", _ => throw new InvalidOperationException("defect"));
        loops.Start("good", async end =>
        {
            var asked = new TaskCompletionSource();
            await using var registration = end.UnsafeRegister(_ => asked.SetResult(), null);
            await asked.Task;
            ended = true;
        });

        Assert.True(await loops.WhenOneEndsAsync(CancellationToken.None));
        Assert.True(ended);
    }

    [Fact]
    public async Task A_loop_that_returns_unasked_is_dead_too()
    {
        using var loops = new LoopSet(NullLogger.Instance);
        loops.Start("short", _ => Task.CompletedTask);

        Assert.True(await loops.WhenOneEndsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_end_that_was_asked_for_is_orderly()
    {
        using var stop = new CancellationTokenSource();
        using var loops = new LoopSet(NullLogger.Instance);
        loops.Start("lead", _ =>
        {
            stop.Cancel();
            return Task.CompletedTask;
        });

        Assert.False(await loops.WhenOneEndsAsync(stop.Token));
    }
}
