using Reconciler.Kubernetes.Queues;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Tests.Hosting;

/// <summary>Liveness means progress: slow remotes of some tenants must not restart the operator of all.</summary>
public sealed class StandstillTests
{
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(7);

    [Theory]
    [InlineData(8, 1, 10, null)]
    [InlineData(1, 8, 10, "a pass runs for 480 s")]
    [InlineData(6, 6, 0, null)]
    [InlineData(8, 0, 9, "an installation waits for 480 s")]
    public void Waiting_behind_busy_workers_is_no_standstill(
        int oldestMinutes, int longestMinutes, int inFlight, string? expected)
    {
        var stats = new WorkQueueStats
        {
            Depth = 3,
            InFlight = inFlight,
            OldestAge = TimeSpan.FromMinutes(oldestMinutes),
            LongestRunning = TimeSpan.FromMinutes(longestMinutes),
        };
        Assert.Equal(expected, Standstill.Explain(stats, 10, Max));
    }
}
