using System.Diagnostics;

namespace Reconciler.Kubernetes.Queues;

/// <summary>All that the queue knows of one key. Lives while the key is ready, delayed, in flight or failing.</summary>
internal sealed class KeyState<TKey>(TKey key)
{
    public TKey Key { get; } = key;

    /// <summary>Its place in a ready list; null while it is not ready.</summary>
    public LinkedListNode<KeyState<TKey>>? Ready { get; set; }

    /// <summary>Priority of the ready place, or of the rerun that waits for the work in flight.</summary>
    public WorkPriority Priority { get; set; }

    public long ReadySince { get; set; }

    public bool InFlight { get; set; }

    public long TakenAt { get; set; }

    /// <summary>Added while in flight: runs once more after Done.</summary>
    public bool Rerun { get; set; }

    /// <summary>The span in which the key was made ready, or ready once more; default if there was none.</summary>
    public ActivityContext Cause { get; set; }

    /// <summary>Earliest due time; null while nothing is scheduled.</summary>
    public long? Due { get; set; }

    public WorkPriority DuePriority { get; set; }

    public int Retries { get; set; }

    public TimeSpan LastDelay { get; set; }

    public bool IsIdle => Ready is null && !InFlight && Due is null && Retries == 0;
}
