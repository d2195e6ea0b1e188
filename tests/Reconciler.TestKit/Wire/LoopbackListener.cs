using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Reconciler.TestKit.Wire;

/// <summary>
/// Takes connections on a free loopback port, serves each on its own, and ends them all when it ends. A connection that
/// breaks ends quietly: its peer left, refused us, or the test is over.
/// </summary>
public sealed class LoopbackListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _serving = [];
    private readonly Func<TcpClient, int, CancellationToken, Task> _serve;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="serve">Serves one connection, given its number from 1; the connection is closed afterwards.</param>
    public LoopbackListener(Func<TcpClient, int, CancellationToken, Task> serve)
    {
        _serve = serve;
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>How many were taken so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

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
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _serving.RemoveWhere(static served => served.IsCompleted);
                _serving.Add(ServeAsync(client, Interlocked.Increment(ref _connections)));
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using var owned = client;
        client.NoDelay = true;
        try
        {
            await _serve(client, number, _stop.Token);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The peer left or refused us, or the test is over.
        }
    }

    private static bool IsEnd(Exception exception) =>
        // InvalidOperationException covers ObjectDisposedException and a listener stopped between two accepts.
        exception is OperationCanceledException or SocketException or IOException or AuthenticationException
            or InvalidOperationException;
}
