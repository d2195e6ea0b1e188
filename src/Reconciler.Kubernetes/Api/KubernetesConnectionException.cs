namespace Reconciler.Kubernetes.Api;

/// <summary>No usable answer came. <see cref="Delivery"/> tells whether the server can have seen the request.</summary>
public sealed class KubernetesConnectionException(string message, Delivery delivery, Exception? innerException = null)
    : Exception(message, innerException)
{
    public Delivery Delivery { get; } = delivery;

    /// <summary>The answer was longer than is read: the same question with a smaller page may do.</summary>
    public bool IsTooLong { get; init; }
}

/// <summary>What is known about a request that got no usable answer.</summary>
public enum Delivery
{
    /// <summary>No connection existed to carry it: it has no effect and may be sent again.</summary>
    NotSent,

    /// <summary>It may have been carried out. Read before writing again.</summary>
    Unknown,
}
