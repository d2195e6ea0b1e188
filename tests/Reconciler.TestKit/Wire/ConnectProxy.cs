using System.Net.Sockets;
using System.Text;

namespace Reconciler.TestKit.Wire;

/// <summary>An HTTP proxy on a free loopback port that opens tunnels (CONNECT) to whatever it is asked for.</summary>
public sealed class ConnectProxy : IAsyncDisposable
{
    private const int HeadMax = 8 * 1024;

    private readonly List<string> _targets = [];
    private readonly LoopbackListener _listener;

    public ConnectProxy() => _listener = new LoopbackListener(ServeAsync);

    public Uri Address => new($"http://{_listener.EndPoint}");

    /// <summary>Host and port of every tunnel so far.</summary>
    public IReadOnlyList<string> Targets
    {
        get
        {
            lock (_targets)
            {
                return [.. _targets];
            }
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, int number, CancellationToken stop)
    {
        await using var near = client.GetStream();
        var words = (await ReadHeadAsync(near, stop)).Split(' ');
        if (words is not ["CONNECT", var target, ..])
        {
            return;
        }

        lock (_targets)
        {
            _targets.Add(target);
        }

        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(target.Split(':')[0], int.Parse(target.Split(':')[1]), stop);
        await using var far = server.GetStream();
        await near.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), stop);
        await await Task.WhenAny(near.CopyToAsync(far, stop), far.CopyToAsync(near, stop));
    }

    // Byte by byte: what follows the head belongs to the tunnel.
    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new byte[HeadMax];
        for (var length = 0; length < HeadMax; length++)
        {
            await stream.ReadExactlyAsync(head.AsMemory(length, 1), stop);
            if (head.AsSpan(0, length + 1).EndsWith("\r\n\r\n"u8))
            {
                return Encoding.ASCII.GetString(head, 0, length);
            }
        }

        throw new IOException("The head of the request is too long.");
    }
}
