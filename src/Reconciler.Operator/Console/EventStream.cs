using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Reconciler.Operator.Console;

/// <summary>
/// Server-sent events to one page: <c>snapshot</c> with an overview, <c>time</c> with the server's clock as a sign of
/// life. A page that does not read gets only the newest; it ends with the request or with the server.
/// </summary>
internal sealed class EventStream(
    ConsoleFeed feed, ConsoleOptions options, TimeProvider time, CancellationToken serverEnd)
{
    /// <summary>False, with nothing sent, when there are too many listeners.</summary>
    public async Task<bool> TryServeAsync(HttpContext context)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentType = "text/event-stream";
            return true;
        }

        if (feed.Join() is not { } updates)
        {
            return false;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, serverEnd);
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await SendAsync(context.Response.Body, updates.Reader, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The page was closed, or the operator stops: the page comes back by itself.
        }
        finally
        {
            feed.Leave(updates);
        }

        return true;
    }

    private async Task SendAsync(Stream body, ChannelReader<byte[]> updates, CancellationToken end)
    {
        await SendAsync(body, "time", Now(), end);
        while (true)
        {
            using var pause = new CancellationTokenSource(options.Heartbeat, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end, pause.Token);
            try
            {
                await SendAsync(body, "snapshot", await updates.ReadAsync(either.Token), end);
            }
            catch (OperationCanceledException) when (!end.IsCancellationRequested)
            {
                await SendAsync(body, "time", Now(), end);
            }
        }
    }

    private byte[] Now() =>
        Encoding.UTF8.GetBytes(time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));

    // The data is one line: JSON without indentation has no line breaks.
    private static async Task SendAsync(Stream body, string name, byte[] data, CancellationToken end)
    {
        await body.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: "), end);
        await body.WriteAsync(data, end);
        await body.WriteAsync("\n\n"u8.ToArray(), end);
        await body.FlushAsync(end);
    }
}
