using Reconciler.Kubernetes.Queues;

namespace Reconciler.Kubernetes.Informers;

/// <summary>Tuning of an <see cref="Informer{T}"/>.</summary>
public sealed record InformerOptions
{
    public WatcherOptions Watcher { get; init; } = new();

    /// <summary>Waits between connections that fail or end at once.</summary>
    public Backoff Reconnect { get; init; } = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));

    /// <summary>Waits between deliveries to a handler that throws, and between fetches of an undecodable object.
    /// </summary>
    public Backoff Repair { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));
}
