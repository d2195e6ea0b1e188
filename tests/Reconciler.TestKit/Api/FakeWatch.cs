using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Reconciler.TestKit.Api;

/// <summary>One open watch: a queue of bytes to send and a way to end.</summary>
public sealed class FakeWatch
{
    private readonly Channel<Func<HttpContext, Task<bool>>> _steps =
        Channel.CreateUnbounded<Func<HttpContext, Task<bool>>>();
    private volatile bool _silent;

    internal FakeWatch(FakeRequest request, string collection, bool metadataOnly)
    {
        Request = request;
        Collection = collection;
        MetadataOnly = metadataOnly;
    }

    public FakeRequest Request { get; }

    internal string Collection { get; }

    internal bool MetadataOnly { get; }

    /// <summary>Sends these bytes as one chunk: half a line, half a character, a giant, rubbish.</summary>
    public void SendRaw(byte[] bytes) => Post(async context =>
    {
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.Body.FlushAsync();
        return true;
    });

    public void SendRaw(string text) => SendRaw(Encoding.UTF8.GetBytes(text));

    public void SendEvent(string type, JsonObject source) => SendRaw(Line(type, source));

    public void SendBookmark(string resourceVersion, bool endsInitialEvents = false)
    {
        var meta = new JsonObject { ["resourceVersion"] = resourceVersion, ["creationTimestamp"] = null };
        if (endsInitialEvents)
        {
            meta["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        SendEvent("BOOKMARK", new JsonObject { ["metadata"] = meta });
    }

    /// <summary>An ERROR event, after which the server ends the stream as the real one does.</summary>
    public void SendError(int code, string reason, string message = "scripted")
    {
        SendEvent("ERROR", new FakeStatusException(code, reason, message).ToJson());
        End();
    }

    /// <summary>A clean end of stream.</summary>
    public void End() => Post(_ => Task.FromResult(false));

    /// <summary>Breaks the connection.</summary>
    public void Abort() => Post(context =>
    {
        context.Abort();
        return Task.FromResult(false);
    });

    /// <summary>Half open: the connection stays, nothing more is sent, whatever happens.</summary>
    public void Silence() => _silent = true;

    internal static byte[] Line(string type, JsonObject source) =>
        Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":{source.ToJsonString()}}}\n");

    internal async Task RunAsync(HttpContext context, CancellationToken stopped)
    {
#pragma warning disable RS0030 // The fake serves real sockets; it is never simulated.
        await foreach (var step in _steps.Reader.ReadAllAsync(stopped))
#pragma warning restore RS0030
        {
            if (!await step(context))
            {
                return;
            }
        }
    }

    private void Post(Func<HttpContext, Task<bool>> step)
    {
        if (!_silent)
        {
            _steps.Writer.TryWrite(step);
        }
    }
}
