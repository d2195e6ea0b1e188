namespace Reconciler.Kubernetes.Client;

/// <summary>No token: an open server, or one that knows us by our client certificate.</summary>
public sealed class AnonymousCredential : IApiCredential
{
    public static readonly AnonymousCredential Instance = new();

    public ValueTask<string?> GetTokenAsync(bool forceReload, CancellationToken cancellationToken) =>
        new((string?)null);
}
