using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Kubernetes.Client;

/// <summary>Makes the real transport to an API server: HTTP/2 with keep-alive pings, so that a dead connection is
/// noticed under a silent watch (W3); no redirects, no cookies, no retries of its own for requests with a body (H11).
/// </summary>
public static class ApiTransport
{
    public static HttpMessageInvoker Create(ClusterConfig config)
    {
        var handler = HandlerOf(config);
        return new HttpMessageInvoker(
            config.TlsServerName is { } name ? new HostNameHandler(handler, name) : handler);
    }

    internal static SocketsHttpHandler HandlerOf(ClusterConfig config)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            SslOptions = SslOptionsOf(config),
        };
        if (config.Proxy is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy);
        }

        return handler;
    }

    private static SslClientAuthenticationOptions SslOptionsOf(ClusterConfig config)
    {
        var options = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (config.ClientCertificate is { } certificate)
        {
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current!;
        }

        if (config.InsecureSkipTlsVerify)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        }
        else if (config.Authority is { } authority)
        {
            options.RemoteCertificateValidationCallback =
                (_, presented, chain, errors) => Verify(authority, presented as X509Certificate2, chain, errors);
        }

        return options;
    }

    // Throws instead of returning false: the reason then reaches the user and not only that it was refused.
    private static bool Verify(
        CertificateAuthority authority, X509Certificate2? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        if (presented is null)
        {
            throw new AuthenticationException("the server presented no certificate");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw new AuthenticationException(
                $"the server's certificate ({presented.Subject}) is not for this host name");
        }

        authority.Verify(presented, chain?.ChainPolicy.ExtraStore ?? []);
        return true;
    }

    // The handler takes the name for SNI and for the certificate's check from the Host header.
    private sealed class HostNameHandler(HttpMessageHandler inner, string name) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = name;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
