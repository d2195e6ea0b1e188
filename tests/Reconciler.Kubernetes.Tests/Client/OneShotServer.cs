using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Reconciler.TestKit.Wire;

namespace Reconciler.Kubernetes.Tests.Client;

/// <summary>A bare HTTP/1.1 server that keeps connections alive, and closes them when a keep-alive server may not.
/// </summary>
internal sealed class OneShotServer : IAsyncDisposable
{
    private readonly ConcurrentBag<TcpClient> _connections = [];
    private readonly LoopbackListener _listener;
    private volatile bool _closesWithoutAnswer;

    public OneShotServer() => _listener = new LoopbackListener(ServeAsync);

    public Uri Address => new($"http://{_listener.EndPoint}");

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

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient connection, int number, CancellationToken stop)
    {
        _connections.Add(connection);
        var stream = connection.GetStream();
        while (await ReadRequestAsync(stream, stop) is { } method)
        {
            Methods.Enqueue(method);
            if (_closesWithoutAnswer)
            {
                _closesWithoutAnswer = false;
                return;
            }

            await stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(),
                stop);
        }
    }

    private static async Task<string?> ReadRequestAsync(NetworkStream stream, CancellationToken stop)
    {
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stop);
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
