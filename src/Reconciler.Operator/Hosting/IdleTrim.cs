using Reconciler.Kubernetes.Queues;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// Gives memory back when a burst of work is over. What the first lists and passes leave behind is many times what the
/// caches hold, and a collector that sees free memory keeps it: with 10,000 modules 105 MB instead of 50 MB. Runs only
/// while nothing waits and nothing runs, and only if passes were made since the last time.
/// </summary>
internal sealed class IdleTrim(Func<WorkQueueStats> readStats, TimeProvider time, Action collect)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(2);

    private long _completedAtTrim;

    /// <summary>A full, compacting collection: some tens of milliseconds for 10,000 modules.</summary>
    public static void CollectAll() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    public async Task RunAsync(CancellationToken end)
    {
        while (true)
        {
            await Task.Delay(Interval, time, end);
            if (IsDue(readStats()))
            {
                collect();
                await Task.Delay(Pause, time, end);
            }
        }
    }

    private bool IsDue(WorkQueueStats stats)
    {
        if (stats.Depth > 0 || stats.InFlight > 0 || stats.Completed == _completedAtTrim)
        {
            return false;
        }

        _completedAtTrim = stats.Completed;
        return true;
    }
}
