using Reconciler.Kubernetes.Queues;

namespace Reconciler.Operator.Hosting;

/// <summary>Tells work that stands still, which a restart mends, from work that is only slow, which a restart would
/// begin anew.</summary>
internal static class Standstill
{
    /// <param name="workers">Keys that may be in flight at once.</param>
    /// <param name="max">No pass runs, and no key waits beside an idle worker, for longer than this.</param>
    /// <returns>Null while all is well; else what stands still.</returns>
    public static string? Explain(in WorkQueueStats stats, int workers, TimeSpan max) =>
        stats.LongestRunning > max ? $"a pass runs for {stats.LongestRunning.TotalSeconds:0} s"
        : stats.OldestAge > max && stats.InFlight < workers
            ? $"an installation waits for {stats.OldestAge.TotalSeconds:0} s"
            : null;
}
