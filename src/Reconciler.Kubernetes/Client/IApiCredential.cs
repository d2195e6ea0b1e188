namespace Reconciler.Kubernetes.Client;

/// <summary>Where the bearer token comes from: nowhere, a fixed value, a file that rotates, or a plugin.</summary>
public interface IApiCredential
{
    /// <summary>The token to send, or null for none. <paramref name="forceReload"/> follows a 401: whatever is cached
    /// was refused (H2).</summary>
    ValueTask<string?> GetTokenAsync(bool forceReload, CancellationToken cancellationToken);
}
