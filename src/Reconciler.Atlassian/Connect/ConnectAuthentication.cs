using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Connect;

/// <summary><c>Authorization: JWT</c>, signed anew for each attempt over exactly the path and query that are
/// sent.</summary>
/// <param name="baseUrl">Its path is not part of the hash: <c>/wiki</c> (reference.md §8.2).</param>
internal sealed class ConnectAuthentication(Uri baseUrl) : IAuthentication
{
    public RemoteFault.AwaitingToken? Apply(HttpRequestMessage message, Credential? credential, DateTimeOffset now)
    {
        if (credential is not Credential.Connect { AppKey.Length: > 0, SharedSecret.Length: > 0 } connect)
        {
            return new RemoteFault.AwaitingToken(
                "No Connect credential: give the Secret the keys 'appKey' and 'sharedSecret'.");
        }

        var path = QueryHash.BelowBase(message.RequestUri!.AbsolutePath, baseUrl.AbsolutePath);
        var hash = QueryHash.Compute(message.Method.Method, path, message.RequestUri.Query);
        var token = ConnectJwt.Create(connect.AppKey, connect.SharedSecret, hash, now);
        message.Headers.TryAddWithoutValidation("Authorization", $"JWT {token}");
        return null;
    }
}
