using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.TestKit.Wire;

/// <summary>TLS on a free loopback port in front of a plain server: shows one certificate and passes bytes both
/// ways.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly Uri _server;
    private readonly LoopbackListener _listener;

    public TlsFront(Uri server, X509Certificate2 certificate)
    {
        (_server, _certificate) = (server, certificate);
        _listener = new LoopbackListener(ServeAsync);
    }

    /// <summary>The address under a name of this machine, which the certificate may be for or not.</summary>
    public Uri AddressAs(string host) => new($"https://{host}:{_listener.EndPoint.Port}");

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, int number, CancellationToken stop)
    {
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(_server.Host, _server.Port, stop);
        await using var plain = server.GetStream();
        await await Task.WhenAny(tls.CopyToAsync(plain, stop), plain.CopyToAsync(tls, stop));
    }
}
