using System.Net.Sockets;
using System.Text;

namespace Reconciler.TestKit.Wire;

/// <summary>
/// An HTTP/1.1 server over a bare socket on a free loopback port. It answers with exact bytes, can break off, reset or
/// fall silent, and keeps every request it read. For faults that no well-behaved server can make.
/// </summary>
public sealed class RawHttpServer : IAsyncDisposable
{
    private readonly List<RawRequest> _requests = [];
    private readonly Func<RawRequest, RawAnswer> _answer;
    private readonly LoopbackListener _listener;

    /// <param name="answer">Called for each request that was read in full.</param>
    public RawHttpServer(Func<RawRequest, RawAnswer> answer)
    {
        _answer = answer;
        _listener = new LoopbackListener(ServeAsync);
    }

    /// <summary>Decides at the first byte of a request, by connection and number of the request on it, whether the
    /// connection is reset there and then.</summary>
    public Func<int, int, bool> ResetsAtFirstByte { get; init; } = (_, _) => false;

    public Uri Address => new($"http://{_listener.EndPoint}");

    public IReadOnlyList<RawRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public int Connections => _listener.Connections;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, int connection, CancellationToken stop)
    {
        for (var number = 1; await ServeOneAsync(client, connection, number, stop); number++)
        {
        }
    }

    private async Task<bool> ServeOneAsync(
        TcpClient client, int connection, int number, CancellationToken stop)
    {
        var stream = client.GetStream();
        var received = new List<byte>();
        if (!await FillAsync(stream, received, stop))
        {
            return false;
        }

        if (ResetsAtFirstByte(connection, number))
        {
            Reset(client);
            return false;
        }

        int headLength;
        while ((headLength = HeadLength(received)) < 0)
        {
            if (!await FillAsync(stream, received, stop))
            {
                return false;
            }
        }

        var head = Encoding.ASCII.GetString([.. received], 0, headLength).Split("\r\n");
        var headers = head.Skip(1).Where(line => line.Contains(':', StringComparison.Ordinal))
            .Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var length = headers.TryGetValue("Content-Length", out var text) ? int.Parse(text) : 0;
        while (received.Count < headLength + length)
        {
            if (!await FillAsync(stream, received, stop))
            {
                return false;
            }
        }

        var body = Encoding.UTF8.GetString([.. received], headLength, length);
        var request = new RawRequest(connection, head[0].Split(' ')[0], head[0].Split(' ')[1], headers, body);
        lock (_requests)
        {
            _requests.Add(request);
        }

        return await SendAsync(client, _answer(request), stop);
    }

    private static async Task<bool> SendAsync(TcpClient client, RawAnswer answer, CancellationToken stop)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(answer.Bytes, stop);
        for (long i = 0; i < answer.Repeat; i++)
        {
            await stream.WriteAsync(answer.Chunk, stop);
        }

        switch (answer.Ending)
        {
            case RawEnding.Reset:
                Reset(client);
                return false;
            case RawEnding.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
                return false;
            default:
                return answer.Ending == RawEnding.KeepOpen;
        }
    }

    private static async Task<bool> FillAsync(
        NetworkStream stream, List<byte> received, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        var read = await stream.ReadAsync(buffer, stop);
        received.AddRange(buffer.AsSpan(0, read));
        return read > 0;
    }

    private static int HeadLength(List<byte> received)
    {
        for (var i = 3; i < received.Count; i++)
        {
            if (received[i] == '\n' && received[i - 1] == '\r' && received[i - 2] == '\n' && received[i - 3] == '\r')
            {
                return i + 1;
            }
        }

        return -1;
    }

    private static void Reset(TcpClient client)
    {
        client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Client.Close();
    }
}
