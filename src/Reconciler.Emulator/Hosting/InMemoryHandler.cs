using System.Net;
using Reconciler.Emulator.Control;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Hosting;

/// <summary>
/// The emulator without sockets, for simulations: it waits on nothing but the injected clock and never leaves the
/// caller's thread. A cut connection is an <see cref="HttpRequestException"/>, as with the real handler.
/// </summary>
internal sealed class InMemoryHandler(EmulatedCloud cloud, Exchange exchange, ControlApi control) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        WireRequest wire = await ReadAsync(request, cancellationToken);
        if (control.Serves(wire))
        {
            return Message(request, await control.AnswerAsync(wire, cancellationToken));
        }

        // A caller who gives up does not stop the effect.
        return await PlayAsync(request, await DecideAsync(wire).WaitAsync(cancellationToken), cancellationToken);
    }

    private async Task<Delivery> DecideAsync(WireRequest request)
    {
        try
        {
            return await exchange.AnswerAsync(request);
        }
        finally
        {
            exchange.Finished();
        }
    }

    private async Task<HttpResponseMessage> PlayAsync(
        HttpRequestMessage request, Delivery delivery, CancellationToken ct)
    {
        switch (delivery)
        {
            case Delivery.Send send:
                return Message(request, send.Response);
            case Delivery.Slow slow:
                await Task.Delay(slow.Duration, cloud.Time, ct);
                return Message(request, slow.Response);
            case Delivery.Cut cut:
                HttpResponseMessage message = Message(request, cut.Response);
                message.Content = new StreamContent(new CutStream(cut.Response.Body[..(cut.Response.Body.Length / 2)]));
                return message;
            case Delivery.Hang hang:
                await Task.Delay(hang.Limit ?? Timeout.InfiniteTimeSpan, cloud.Time, ct);
                throw Lost();
            case Delivery.Drop:
                throw Lost();
            default:
                throw new InvalidOperationException($"unknown delivery {delivery}");
        }
    }

    private async Task<WireRequest> ReadAsync(HttpRequestMessage request, CancellationToken ct)
    {
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(ct);
        Uri target = request.RequestUri!;
        return new WireRequest
        {
            Verb = request.Method.Method,
            Path = target.AbsolutePath,
            Query = target.Query.TrimStart('?'),
            Headers = request.Headers.NonValidated.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            Body = body,
            ReceivedAt = cloud.Now,
        };
    }

    private static HttpResponseMessage Message(HttpRequestMessage request, WireResponse response)
    {
        HttpResponseMessage message = new((HttpStatusCode)response.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(response.Body.ToArray()),
        };
        foreach ((string name, string value) in response.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (response.ContentType is not null)
        {
            message.Content.Headers.TryAddWithoutValidation("Content-Type", response.ContentType);
        }

        return message;
    }

    private static HttpRequestException Lost() =>
        new(HttpRequestError.ResponseEnded, "The response ended prematurely.");
}
