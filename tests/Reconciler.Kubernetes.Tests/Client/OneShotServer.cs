using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Reconciler.Kubernetes.Tests.Client;

/// <summary>A bare HTTP/1.1 server that keeps connections alive, and closes them when a keep-alive server may not.
/// </summary>
internal sealed class OneShotServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile bool _closesWithoutAnswer;

    public OneShotServer()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public ConcurrentQueue<string> Methods { get; } = [];

    /// <summary>Reads the next request in full and then closes, once.</summary>
    public void CloseWithoutAnswer() => _closesWithoutAnswer = true;

    /// <summary>Closes what is open now, as a server does with idle connections.</summary>
    public Task CloseIdleAsync()
    {
        while (_connections.TryTake(out var connection))
        {
            connection.Dispose();
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _listener.Dispose();
        await CloseIdleAsync();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptTcpClientAsync(_stop.Token);
                _connections.Add(connection);
                serving.Add(ServeAsync(connection));
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        try
        {
            var stream = connection.GetStream();
            while (await ReadRequestAsync(stream) is { } method)
            {
                Methods.Enqueue(method);
                if (_closesWithoutAnswer)
                {
                    _closesWithoutAnswer = false;
                    connection.Dispose();
                    return;
                }

                await stream.WriteAsync(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray());
            }
        }
        catch (Exception exception)
            when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The test closed it.
        }
    }

    private static async Task<string?> ReadRequestAsync(NetworkStream stream)
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                return null;
            }

            received.Append(Encoding.ASCII.GetString(buffer, 0, read));
            var text = received.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && text.Length >= end + 4 + LengthOf(text))
            {
                return text.Split(' ')[0];
            }
        }
    }

    private static int LengthOf(string text)
    {
        var header = text.Split("\r\n").FirstOrDefault(
            line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return header is null ? 0 : int.Parse(header.Split(':')[1]);
    }
}
