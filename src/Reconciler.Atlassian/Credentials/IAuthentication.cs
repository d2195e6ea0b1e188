using Reconciler.Core.Execution;

namespace Reconciler.Atlassian.Credentials;

/// <summary>Puts a credential on a request: bearer token, container header or Connect JWT.</summary>
internal interface IAuthentication
{
    /// <summary>Null when the request carries the credential now; else why it cannot be sent.</summary>
    RemoteFault.AwaitingToken? Apply(HttpRequestMessage message, Credential? credential, DateTimeOffset now);
}
