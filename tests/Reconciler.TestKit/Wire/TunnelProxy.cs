using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Reconciler.TestKit.Wire;

/// <summary>An HTTP proxy on a free loopback port that opens tunnels and does nothing else. It notes what it was asked
/// for, and leads each tunnel there, or where the test says: then a name need not be one that resolves.</summary>
public sealed class TunnelProxy : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _heads = new();
    private readonly Func<string, Uri> _route;
    private readonly LoopbackListener _listener;

    /// <param name="route">The server behind a target, given as <c>host:port</c>; null: the target itself.</param>
    public TunnelProxy(Func<string, Uri>? route = null)
    {
        _route = route ?? (static target => new($"http://{target}"));
        _listener = new LoopbackListener(ServeAsync);
    }

    public Uri Address => new($"http://{_listener.EndPoint}");

    /// <summary>Where each tunnel was to lead.</summary>
    public IReadOnlyList<string> Targets => [.. _heads.Select(TargetOf)];

    /// <summary>All that was said to the proxy itself, which whoever runs it can read.</summary>
    public string Heard => string.Concat(_heads);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, int number, CancellationToken stop)
    {
        await using var near = client.GetStream();
        var head = await ReadHeadAsync(near, stop);
        _heads.Enqueue(head);
        if (!head.StartsWith("CONNECT ", StringComparison.Ordinal))
        {
            await near.WriteAsync("HTTP/1.1 405 Only tunnels\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
            return;
        }

        var server = _route(TargetOf(head));
        using var remote = new TcpClient { NoDelay = true };
        await remote.ConnectAsync(server.Host, server.Port, stop);
        await using var far = remote.GetStream();
        await near.WriteAsync("HTTP/1.1 200 Established\r\n\r\n"u8.ToArray(), stop);
        await await Task.WhenAny(near.CopyToAsync(far, stop), far.CopyToAsync(near, stop));
    }

    // Byte by byte, since what follows the head is the tunnel's.
    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken stop)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, stop);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static string TargetOf(string head) => head.Split(' ')[1];
}
