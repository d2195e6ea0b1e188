using Reconciler.Kubernetes.Queues;
using Reconciler.Operator.Hosting;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class IdleTrimTests
{
    private readonly ManualTimeProvider _time = new();
    private WorkQueueStats _stats;
    private int _trims;

    [Fact]
    public async Task Memory_is_given_back_once_after_each_burst_of_work_and_never_within_one()
    {
        using var end = new CancellationTokenSource();
        var loop = new IdleTrim(() => _stats, _time, () => _trims++).RunAsync(end.Token);

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, _trims);
        _stats = _stats with { Completed = 5, InFlight = 1 };
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, _trims);
        _stats = _stats with { InFlight = 0, Depth = 1 };
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, _trims);

        _stats = _stats with { Depth = 0 };
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, _trims);

        end.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }
}
