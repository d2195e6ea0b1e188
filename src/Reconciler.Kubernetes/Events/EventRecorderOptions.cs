namespace Reconciler.Kubernetes.Events;

/// <summary>Names and limits of an <see cref="EventRecorder"/>.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Which controller reports, for instance <c>reconciler.io/operator</c>.</summary>
    public required string Controller { get; init; }

    /// <summary>Which instance of it: the pod's name.</summary>
    public required string Instance { get; init; }

    /// <summary>Events waiting to be sent; more are dropped and counted.</summary>
    public int QueueLengthMax { get; init; } = 1000;

    /// <summary>Objects whose last event is remembered.</summary>
    public int ObjectsMax { get; init; } = 4096;

    /// <summary>Writes that one object may cause at once …</summary>
    public int Burst { get; init; } = 10;

    /// <summary>… and the time after which it may cause one more.</summary>
    public TimeSpan RefillEvery { get; init; } = TimeSpan.FromSeconds(30);
}
