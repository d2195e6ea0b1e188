using System.Text;
using Reconciler.Emulator.Endpoints;
using Reconciler.Emulator.Faults;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Hosting;

/// <summary>What a fault makes of an answer.</summary>
internal static class FaultedAnswer
{
    /// <summary>True for faults that keep the request from having any effect now.</summary>
    public static bool PreventsCommit(FaultKind? kind) => kind is
        FaultKind.StatusBeforeCommit or FaultKind.DropBeforeCommit or FaultKind.CommitLate or FaultKind.Hang;

    /// <param name="fault">The rule that fired, or null.</param>
    /// <param name="answer">The true answer; null where the fault prevented it.</param>
    public static Delivery Deliver(FaultRule? fault, WireResponse? answer) => fault?.Kind switch
    {
        FaultKind.StatusBeforeCommit or FaultKind.StatusAfterCommit => new Delivery.Send(Status(fault)),
        FaultKind.DropBeforeCommit or FaultKind.DropAfterCommit => new Delivery.Drop(),
        FaultKind.CommitLate when fault.Status is not null => new Delivery.Send(Status(fault)),
        FaultKind.CommitLate => new Delivery.Drop(),
        FaultKind.Hang or FaultKind.HangAfterCommit => new Delivery.Hang(Milliseconds(fault.DelayMs)),
        FaultKind.CutBody => new Delivery.Cut(answer!),
        FaultKind.SlowBody => new Delivery.Slow(answer!, Milliseconds(fault.DelayMs)!.Value),
        FaultKind.TruncatedBody => new Delivery.Send(answer! with { Body = answer.Body[..(answer.Body.Length / 2)] }),
        FaultKind.GarbledJson => new Delivery.Send(answer! with { Body = "{\"key\": \u0000}}]"u8.ToArray() }),
        FaultKind.HtmlBody => new Delivery.Send(Html(fault, answer!)),
        FaultKind.WrongContentType => new Delivery.Send(answer! with { ContentType = "text/plain; charset=utf-8" }),
        FaultKind.HugeBody => new Delivery.Send(Pad(answer!, fault.Bytes ?? 16 * 1024 * 1024)),
        FaultKind.Delay or FaultKind.RepeatedPageToken or FaultKind.EmptyPage => new Delivery.Send(answer!),
        FaultKind.EndlessList or FaultKind.OmitLast or null => new Delivery.Send(answer!),
        _ => throw new InvalidOperationException($"unknown fault {fault.Kind}"),
    };

    /// <summary>The status the log shows: 0 where the client sees none.</summary>
    public static int LoggedStatus(Delivery delivery) => delivery switch
    {
        Delivery.Send send => send.Response.Status,
        Delivery.Cut cut => cut.Response.Status,
        Delivery.Slow slow => slow.Response.Status,
        _ => 0,
    };

    private static WireResponse Status(FaultRule fault)
    {
        WireResponse response = Default(fault.Status ?? 500);
        if (fault.Body is not null)
        {
            response = WireResponse.OfJson(response.Status, fault.Body).Synthetic();
        }

        return (fault.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Aggregate(response, (current, header) => current.With(header.Key, header.Value));
    }

    private static WireResponse Default(int status) => status switch
    {
        401 => ForgeErrors.NotAuthorized(),
        500 => ForgeErrors.Internal(),
        204 => new WireResponse(204),
        429 => WireResponse.OfJson(429, JsonText.Message("Too many requests")).Synthetic(),
        _ => WireResponse.OfJson(status, JsonText.Message($"Fault with status {status}")).Synthetic(),
    };

    private static WireResponse Html(FaultRule fault, WireResponse answer) => answer with
    {
        Status = fault.Status ?? answer.Status,
        ContentType = "text/html; charset=utf-8",
        Body = Encoding.UTF8.GetBytes(fault.Body ?? "<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>"),
    };

    private static WireResponse Pad(WireResponse answer, int bytes)
    {
        byte[] padded = new byte[Math.Max(bytes, answer.Body.Length)];
        padded.AsSpan().Fill((byte)' ');
        answer.Body.CopyTo(padded);
        return answer with { Body = padded };
    }

    private static TimeSpan? Milliseconds(int? value) =>
        value is { } given ? TimeSpan.FromMilliseconds(given) : null;
}
