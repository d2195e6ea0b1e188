using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Reconciler.Emulator.Control;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Hosting;

/// <summary>Between Kestrel and the exchange: reads raw requests, plays out deliveries.</summary>
internal sealed class HttpFront(EmulatedCloud cloud, Exchange exchange, ControlApi control)
{
    private const int ReadLimit = 32 * 1024 * 1024;

    private const int SlowPieces = 16;

    public async Task HandleAsync(HttpContext context)
    {
        WireRequest request = await ReadAsync(context);
        if (control.Serves(request))
        {
            await SendAsync(context, await control.AnswerAsync(request, context.RequestAborted));
            return;
        }

        try
        {
            await PlayAsync(context, await exchange.AnswerAsync(request));
        }
        catch (OperationCanceledException)
        {
            // The client left, or the emulator stops: what happened is in the log already.
            context.Abort();
        }
        finally
        {
            exchange.Finished();
        }
    }

    private async Task<WireRequest> ReadAsync(HttpContext context)
    {
        DateTimeOffset receivedAt = cloud.Now;
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        (byte[] body, bool tooLong) = await ReadBodyAsync(context.Request.Body, context.RequestAborted);
        return new WireRequest
        {
            Verb = context.Request.Method,
            Path = question < 0 ? target : target[..question],
            Query = question < 0 ? "" : target[(question + 1)..],
            Headers = context.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body,
            BodyTooLong = tooLong,
            ReceivedAt = receivedAt,
        };
    }

    private static async Task<(byte[] Body, bool TooLong)> ReadBodyAsync(Stream stream, CancellationToken ct)
    {
        using MemoryStream body = new();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0)
        {
            if (body.Length + read > ReadLimit)
            {
                return (body.ToArray(), true);
            }

            body.Write(buffer, 0, read);
        }

        return (body.ToArray(), false);
    }

    private async Task PlayAsync(HttpContext context, Delivery delivery)
    {
        switch (delivery)
        {
            case Delivery.Send send:
                await SendAsync(context, send.Response);
                break;
            case Delivery.Cut cut:
                Prepare(context, cut.Response);
                await WriteAsync(context, cut.Response.Body[..(cut.Response.Body.Length / 2)]);
                context.Abort();
                break;
            case Delivery.Slow slow:
                await TrickleAsync(context, slow);
                break;
            case Delivery.Hang hang:
                await Task.Delay(hang.Limit ?? Timeout.InfiniteTimeSpan, cloud.Time, context.RequestAborted);
                context.Abort();
                break;
            case Delivery.Drop:
                context.Abort();
                break;
            default:
                throw new InvalidOperationException($"unknown delivery {delivery}");
        }
    }

    private async Task TrickleAsync(HttpContext context, Delivery.Slow slow)
    {
        Prepare(context, slow.Response);
        int piece = Math.Max(1, (slow.Response.Body.Length + SlowPieces - 1) / SlowPieces);
        for (int sent = 0; sent < slow.Response.Body.Length; sent += piece)
        {
            await Task.Delay(slow.Duration / SlowPieces, cloud.Time, context.RequestAborted);
            await WriteAsync(context, slow.Response.Body[sent..Math.Min(sent + piece, slow.Response.Body.Length)]);
        }
    }

    private static async Task SendAsync(HttpContext context, WireResponse response)
    {
        Prepare(context, response);
        if (!response.Body.IsEmpty)
        {
            // Even an empty write on a 204 throws behind the headers and costs the connection.
            await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
        }
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> part)
    {
        await context.Response.Body.WriteAsync(part, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static void Prepare(HttpContext context, WireResponse response)
    {
        context.Response.StatusCode = response.Status;
        foreach ((string name, string value) in response.Headers)
        {
            context.Response.Headers.Append(name, value);
        }

        if (response.ContentType is not null)
        {
            context.Response.ContentType = response.ContentType;
        }

        if (response.Status is not (204 or 304))
        {
            context.Response.Headers.ContentLength = response.Body.Length;
        }
    }
}
