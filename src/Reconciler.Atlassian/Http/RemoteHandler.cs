using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// Builds the socket handler that all installations of a process may share: no redirects, no cookies, TLS 1.2 or
/// newer, no trace headers to third parties. Proxy variables of the environment are honoured.
/// </summary>
public static class RemoteHandler
{
    // Shorter than D_send (crash-safety.md §5), so a slow connect still leaves time to decide.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(4);

    /// <param name="authorities">Trusted instead of the system's when not null and not empty.</param>
    /// <param name="proxy">Used instead of the environment's when not null.</param>
    /// <param name="hosts">Null: any host may be called.</param>
    public static SocketsHttpHandler Create(
        X509Certificate2Collection? authorities = null, IWebProxy? proxy = null, RemoteHosts? hosts = null) =>
        CreateResolving(authorities, proxy, hosts, Dns.GetHostAddressesAsync);

    internal static SocketsHttpHandler CreateResolving(
        X509Certificate2Collection? authorities, IWebProxy? proxy, RemoteHosts? hosts,
        Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(50),
            MaxResponseHeadersLength = 32,
            ActivityHeadersPropagator = null,
            SslOptions = Tls(authorities),
        };
        if (proxy is not null)
        {
            handler.Proxy = proxy;
        }

        if (hosts is not null)
        {
            handler.ConnectCallback = new RemoteConnector(hosts, resolve).ConnectAsync;
        }

        return handler;
    }

    private static SslClientAuthenticationOptions Tls(X509Certificate2Collection? authorities)
    {
        // None would be the system's choice; named, so that an old machine policy cannot lower it.
        var options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (authorities is { Count: > 0 })
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }
}
