using System.Net;
using System.Net.Sockets;

namespace Reconciler.TestKit.Wire;

/// <summary>A port of the loopback address that is taken and refuses every connection: no server of another test can
/// get it meanwhile, as it can the port of a server that was stopped.</summary>
public sealed class DeafPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeafPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}");

    public void Dispose() => _socket.Dispose();
}
