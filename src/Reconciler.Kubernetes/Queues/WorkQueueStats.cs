using System.Runtime.InteropServices;

namespace Reconciler.Kubernetes.Queues;

/// <summary>One consistent reading of a queue, for metrics and liveness.</summary>
/// <param name="Depth">Keys that are ready and wait for a worker.</param>
/// <param name="Delayed">Keys with a due time in the future.</param>
/// <param name="InFlight">Keys being worked on.</param>
/// <param name="Adds">Calls that made a key ready, since the start.</param>
/// <param name="Retries">Calls to Retry, since the start.</param>
/// <param name="Completed">Calls to Done, since the start.</param>
/// <param name="OldestAge">Age of the longest waiting ready key; zero if none.</param>
/// <param name="LongestRunning">Age of the longest running work; zero if none.</param>
/// <param name="UnfinishedWork">Sum of the ages of all running work.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WorkQueueStats(
    int Depth,
    int Delayed,
    int InFlight,
    long Adds,
    long Retries,
    long Completed,
    TimeSpan OldestAge,
    TimeSpan LongestRunning,
    TimeSpan UnfinishedWork);
