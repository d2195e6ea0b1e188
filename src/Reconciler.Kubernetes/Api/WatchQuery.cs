namespace Reconciler.Kubernetes.Api;

/// <summary>What to watch, and from where.</summary>
public sealed record WatchQuery
{
    /// <summary>Events after this version. Null or empty together with <see cref="SendInitialEvents"/> starts with the
    /// whole newest state.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>The server closes the stream after this time; whole seconds.</summary>
    public TimeSpan? Timeout { get; init; }

    public bool AllowBookmarks { get; init; } = true;

    /// <summary>WatchList (W10): the state first, as ADDED events up to a marked bookmark.</summary>
    public bool SendInitialEvents { get; init; }

    public string? FieldSelector { get; init; }

    public string? LabelSelector { get; init; }
}
