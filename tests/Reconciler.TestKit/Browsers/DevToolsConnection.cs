using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Reconciler.TestKit.Browsers;

/// <summary>Commands and events of the DevTools protocol, one socket for all tabs.</summary>
internal sealed class DevToolsConnection : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(2);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _waiting = new();
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>();
    private Task _loops = Task.CompletedTask;
    private int _lastId;

    /// <summary>Told of each event, on the reading thread.</summary>
    public Action<DevToolsEvent>? Arrived { get; set; }

    public static async Task<DevToolsConnection> OpenAsync(Uri address)
    {
        var connection = new DevToolsConnection();
        await connection._socket.ConnectAsync(address, default);
        connection._loops = Task.WhenAll(connection.ReadAsync(), connection.WriteAsync());
        return connection;
    }

    /// <exception cref="InvalidOperationException">The browser refused the command.</exception>
    public async Task<JsonObject> SendAsync(string method, JsonObject? parameters = null, string? session = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = _waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            command["sessionId"] = session;
        }

        _outgoing.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(command));
        var message = await answer.Task.WaitAsync(AnswerTimeout, TimeProvider.System);
        return message["error"] is { } error
            ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}")
            : (JsonObject)message["result"]!.DeepClone();
    }

    public async ValueTask DisposeAsync()
    {
        _end.Cancel();
        _outgoing.Writer.Complete();
        await _loops;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(_end.Token))
            {
                while (_outgoing.Reader.TryRead(out var message))
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, true, _end.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The test is over, or the browser is gone: whoever waits is told by the reader.
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.GetMemory(16 * 1024), _end.Token);
                buffer.Advance(received.Count);
                if (received.EndOfMessage)
                {
                    Take((JsonObject)JsonNode.Parse(buffer.WrittenSpan)!);
                    buffer.Clear();
                }
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or WebSocketException or JsonException)
        {
            foreach (var waiter in _waiting.Values)
            {
                waiter.TrySetException(
                    new InvalidOperationException("The connection to the browser ended.", exception));
            }
        }
    }

    private void Take(JsonObject message)
    {
        if (message["id"] is { } id)
        {
            if (_waiting.TryRemove(id.GetValue<int>(), out var waiter))
            {
                waiter.TrySetResult(message);
            }
        }
        else if (message["method"] is { } method)
        {
            Arrived?.Invoke(new(
                method.GetValue<string>(), (JsonObject)message["params"]!, message["sessionId"]?.GetValue<string>()));
        }
    }
}

/// <summary>Something that happened in the browser or in one of its tabs.</summary>
internal sealed record DevToolsEvent(string Method, JsonObject Parameters, string? Session);
