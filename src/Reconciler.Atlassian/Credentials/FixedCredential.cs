namespace Reconciler.Atlassian.Credentials;

/// <summary>A credential that never changes: a token file or variable of a run without a cluster, and tests.</summary>
public sealed class FixedCredential(Credential? credential) : ICredentialSource
{
    public Credential? Current => credential;

    public Task<Credential?> ReloadAsync(Credential rejected, CancellationToken cancellationToken) =>
        Task.FromResult(credential);

    public override string ToString() => "(redacted)";
}
