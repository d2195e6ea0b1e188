using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.TestKit.Wire;

/// <summary>TLS on a free loopback port in front of a plain server: shows one certificate and passes bytes both
/// ways.</summary>
public sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private readonly X509Certificate2 _certificate;
    private readonly Uri _server;
    private readonly Task _accepting;

    public TlsFront(Uri server, X509Certificate2 certificate)
    {
        (_server, _certificate) = (server, certificate);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The address under a name of this machine, which the certificate may be for or not.</summary>
    public Uri AddressAs(string host) =>
        new($"https://{host}:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            using var server = new TcpClient { NoDelay = true };
            await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            await using var plain = server.GetStream();
            await await Task.WhenAny(tls.CopyToAsync(plain, _stop.Token), plain.CopyToAsync(tls, _stop.Token));
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The peer refused the certificate or left, or the test is over.
        }
    }

    private static bool IsEnd(Exception exception) =>
        // InvalidOperationException covers ObjectDisposedException and a listener stopped between two accepts.
        exception is OperationCanceledException or SocketException or IOException or AuthenticationException
            or InvalidOperationException;
}
