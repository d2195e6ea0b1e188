namespace Reconciler.Kubernetes.Queues;

/// <summary>How urgent a key is. Edits are served before resyncs, but a resync is never starved.</summary>
public enum WorkPriority
{
    /// <summary>Periodic or initial work that nobody waits for.</summary>
    Resync = 0,

    /// <summary>Somebody changed something and watches what happens.</summary>
    Edit = 1,
}
