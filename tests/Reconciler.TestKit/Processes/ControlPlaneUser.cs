namespace Reconciler.TestKit.Processes;

/// <summary>
/// A bearer token that the API server accepts, and a context of the same name in the kubeconfig. A ServiceAccount's
/// user name (system:serviceaccount:namespace:name) has its groups by itself.
/// </summary>
public sealed record ControlPlaneUser(string Name, string Token, params string[] Groups)
{
    public static ControlPlaneUser ServiceAccount(string @namespace, string name) =>
        new($"system:serviceaccount:{@namespace}:{name}", $"token-of-{@namespace}-{name}");

    /// <summary>The token stays out of test output.</summary>
    public override string ToString() => $"{Name} (token redacted)";
}
