using System.Diagnostics;

namespace Reconciler.Kubernetes.Queues;

/// <summary>
/// The right to work on one key. Whoever takes it calls <see cref="WorkQueue{TKey}.Done"/> exactly once.
/// </summary>
/// <param name="Key">The key. The queue holds no object: read the newest state yourself.</param>
/// <param name="Priority">The most urgent priority it was added with.</param>
/// <param name="Retries">Consecutive failures so far.</param>
/// <param name="Waited">How long the key was ready before it was taken.</param>
public readonly record struct WorkTicket<TKey>(TKey Key, WorkPriority Priority, int Retries, TimeSpan Waited)
{
    /// <summary>The span in which the key was made ready; default when a timer did.</summary>
    public ActivityContext Cause { get; init; }
}
