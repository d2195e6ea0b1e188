using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// The credential that one Secret holds. The value is read when it is used and its version differs from the one read
/// last; only the credential itself is kept in memory. Never prints itself.
/// </summary>
/// <param name="absence">What to say while the Secret is not there; empty: that a person must create it.</param>
internal sealed class SecretCredential(KubernetesClient client, ObjectKey secret, RemoteApi api, string absence = "")
    : ICredentialSource
{
    public Credential? Current { get; private set; }

    /// <summary>resourceVersion of the Secret that <see cref="Current"/> comes from; empty before the first
    /// read.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Why there is no usable credential: one sentence with what to do; null when there is one.</summary>
    public string? Problem { get; private set; } = "The Secret was not read yet.";

    /// <summary>Reads the Secret unless <paramref name="watchedVersion"/> is the version that was read last.</summary>
    /// <exception cref="KubernetesConnectionException">The API server did not answer.</exception>
    public async Task RefreshAsync(string? watchedVersion, CancellationToken cancellationToken)
    {
        if (watchedVersion is null || watchedVersion != Version)
        {
            await ReadAsync(cancellationToken);
        }
    }

    public async Task<Credential?> ReloadAsync(Credential rejected, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
        {
            // Nothing newer is known: the refusal of the old one stands, and the next pass reads again.
        }

        return Current;
    }

    public override string ToString() => "(redacted)";

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            Take(await client.SendAsync(
                ApiRequests.Get(ResourceTypes.Secret, secret), ResourceJson.Secret, cancellationToken));
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            Drop(absence.Length > 0
                ? absence
                : $"Secret {secret} does not exist: create it with {SecretKeys.WantedBy(api)}.");
        }
        catch (KubernetesApiException refusal) when (refusal.IsForbidden)
        {
            Drop($"The operator may not read Secret {secret}: grant it 'get' on secrets in {secret.Namespace}.");
        }
        catch (FormatException exception)
        {
            Drop($"Secret {secret} cannot be used: {exception.Message}.");
        }
    }

    private void Take(SecretResource content)
    {
        if (content.IsOfCluster)
        {
            // Who may create an Installation names the remote: a token of the cluster would be handed to it.
            Drop($"Secret {secret} is of type {content.Type}, which is a credential of the cluster: "
                + "refer to an Opaque one.");
            return;
        }

        Version = content.Metadata.ResourceVersion;
        Current = content.CredentialFor(api);
        Problem = Current is null ? $"Secret {secret} lacks {SecretKeys.WantedBy(api)}: add it." : null;
    }

    private void Drop(string problem)
    {
        Current = null;
        Version = "";
        Problem = problem;
    }
}
