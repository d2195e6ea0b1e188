namespace Reconciler.Kubernetes.Client;

/// <summary>Limits and names of a <see cref="KubernetesClient"/>.</summary>
public sealed record KubernetesClientOptions
{
    public string UserAgent { get; init; } = "reconciler";

    /// <summary>Who owns the fields we write, where the request does not say.</summary>
    public string FieldManager { get; init; } = "reconciler";

    /// <summary>For a whole answer, or for the headers of a stream. Streams themselves have no time limit (W2).
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An answer longer than this is refused before it fills the memory.</summary>
    public int BodyBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>A line of a stream longer than this is reported and skipped (W11). The API server's own limit for an
    /// object is 3 MiB.</summary>
    public int LineBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>How often a GET is sent in all when it is throttled (H8). Writes are sent once.</summary>
    public int GetAttemptsMax { get; init; } = 4;

    /// <summary>Longest obeyed Retry-After; a longer one surfaces, so that its caller can plan with it.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wait before a throttled GET is sent again if the server names no time.</summary>
    public TimeSpan RetryAfterDefault { get; init; } = TimeSpan.FromSeconds(1);
}
