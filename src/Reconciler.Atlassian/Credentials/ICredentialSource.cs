namespace Reconciler.Atlassian.Credentials;

/// <summary>
/// Where the credential of one installation comes from: a watched Secret, or the token that Forge delivers. Asked
/// before every request, so a rotation takes effect at the next one.
/// </summary>
public interface ICredentialSource
{
    /// <summary>The newest known credential; null until one was delivered.</summary>
    Credential? Current { get; }

    /// <summary>The remote answered 401 to <paramref name="rejected"/>: reads the origin again, past any cache, and
    /// gives what it holds now, which may be the same.</summary>
    Task<Credential?> ReloadAsync(Credential rejected, CancellationToken cancellationToken);
}
