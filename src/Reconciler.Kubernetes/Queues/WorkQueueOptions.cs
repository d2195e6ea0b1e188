namespace Reconciler.Kubernetes.Queues;

/// <summary>Tuning of a <see cref="WorkQueue{TKey}"/>.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>Delays between consecutive failures of one key. Unlimited in number.</summary>
    public Backoff Backoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));

    /// <summary>After this many edits in a row the oldest resync is served, so that edits cannot starve it.</summary>
    public int EditsPerResync { get; init; } = 8;
}
