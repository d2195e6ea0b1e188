namespace Reconciler.Kubernetes.Api;

/// <summary>What to list. With <see cref="Continue"/> set, the API server forbids a resourceVersion; it is left out.
/// </summary>
public sealed record ListQuery
{
    public static readonly ListQuery All = new();

    public int? Limit { get; init; }

    public string? Continue { get; init; }

    /// <summary>null reads the newest state from storage; "0" accepts any cached state.</summary>
    public string? ResourceVersion { get; init; }

    public string? ResourceVersionMatch { get; init; }

    public string? FieldSelector { get; init; }

    public string? LabelSelector { get; init; }
}
