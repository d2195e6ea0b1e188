namespace Reconciler.Kubernetes.Client;

/// <summary>A token that never changes.</summary>
internal sealed class TokenCredential(string token) : IApiCredential
{
    public ValueTask<string?> GetTokenAsync(bool forceReload, CancellationToken cancellationToken) => new(token);

    public override string ToString() => "(redacted)";
}
