using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Reconciler.TestKit.Wire;

/// <summary>
/// An HTTP/1.1 server over a bare socket on a free loopback port. It answers with exact bytes, can break off, reset or
/// fall silent, and keeps every request it read. For faults that no well-behaved server can make.
/// </summary>
public sealed class RawHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<RawRequest> _requests = [];
    private readonly List<Task> _serving = [];
    private readonly Func<RawRequest, RawAnswer> _answer;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="answer">Called for each request that was read in full.</param>
    public RawHttpServer(Func<RawRequest, RawAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Decides at the first byte of a request, by connection and number of the request on it, whether the
    /// connection is reset there and then.</summary>
    public Func<int, int, bool> ResetsAtFirstByte { get; init; } = (_, _) => false;

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

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
                _serving.Add(ServeAsync(client, Interlocked.Increment(ref _connections)));
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client, int connection)
    {
        using var owned = client;
        client.NoDelay = true;
        try
        {
            for (var number = 1; await ServeOneAsync(client, connection, number); number++)
            {
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The peer left, or the test is over.
        }
    }

    private async Task<bool> ServeOneAsync(TcpClient client, int connection, int number)
    {
        var stream = client.GetStream();
        var received = new List<byte>();
        if (!await FillAsync(stream, received))
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
            if (!await FillAsync(stream, received))
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
            if (!await FillAsync(stream, received))
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

        return await SendAsync(client, _answer(request));
    }

    private async Task<bool> SendAsync(TcpClient client, RawAnswer answer)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(answer.Bytes, _stop.Token);
        for (long i = 0; i < answer.Repeat; i++)
        {
            await stream.WriteAsync(answer.Chunk, _stop.Token);
        }

        switch (answer.Ending)
        {
            case RawEnding.Reset:
                Reset(client);
                return false;
            case RawEnding.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                return false;
            default:
                return answer.Ending == RawEnding.KeepOpen;
        }
    }

    private async Task<bool> FillAsync(NetworkStream stream, List<byte> received)
    {
        var buffer = new byte[64 * 1024];
        var read = await stream.ReadAsync(buffer, _stop.Token);
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

    private static bool IsEnd(Exception exception) =>
        // InvalidOperationException covers ObjectDisposedException and a listener stopped between two accepts.
        exception is OperationCanceledException or SocketException or IOException or InvalidOperationException;
}
