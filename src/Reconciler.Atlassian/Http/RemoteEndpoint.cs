using Reconciler.Atlassian.Credentials;

namespace Reconciler.Atlassian.Http;

/// <summary>Everything a <see cref="RemoteClient"/> needs to reach one installation.</summary>
internal sealed record RemoteEndpoint(
    Uri BaseUrl,
    RemoteOptions Options,
    ICredentialSource Credentials,
    IAuthentication Authentication,
    HttpMessageInvoker Invoker,
    TimeProvider Time,
    Func<double> Random,
    IRemoteObserver? Observer)
{
    public override string ToString() => BaseUrl.Authority;
}
