using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Credentials;

/// <summary>
/// <c>Authorization: Bearer</c> with the app system token. A token with less than a minute left is not used: it would
/// expire on the way, and a 401 on a create says nothing useful (reference.md §6.4).
/// </summary>
internal sealed class BearerAuthentication : IAuthentication
{
    private static readonly TimeSpan LifeMin = TimeSpan.FromSeconds(60);

    public RemoteFault.AwaitingToken? Apply(HttpRequestMessage message, Credential? credential, DateTimeOffset now)
    {
        if (credential is not Credential.Bearer bearer)
        {
            return new RemoteFault.AwaitingToken(credential is null
                ? "No token was delivered for this installation yet."
                : "The credential of this installation is not a token: give the Secret the key 'token'.");
        }

        if (!HeaderText.IsSafe(bearer.Token))
        {
            return new RemoteFault.AwaitingToken(
                "The token is empty or holds characters that an HTTP header cannot carry: "
                + "store it without line breaks.");
        }

        if (bearer.ExpiresAt is { } expiresAt && expiresAt - now < LifeMin)
        {
            return new RemoteFault.AwaitingToken(
                $"The token expires at {expiresAt:yyyy-MM-dd'T'HH:mm:ss'Z'}, too soon to be used; "
                + "waiting for the next one.");
        }

        message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer.Token}");
        return null;
    }
}
