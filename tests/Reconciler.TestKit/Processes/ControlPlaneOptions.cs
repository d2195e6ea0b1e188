namespace Reconciler.TestKit.Processes;

/// <summary>How a test control plane is started.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>Enforce RBAC; otherwise every authenticated user may do everything.</summary>
    public bool Rbac { get; init; }

    public IReadOnlyList<ControlPlaneUser> Users { get; init; } = [];

    /// <summary>Further flags of the API server.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
