namespace Reconciler.TestKit.Api;

/// <summary>What happens to one matching request instead of, or after, its proper treatment.</summary>
public abstract record FakeFault
{
    private FakeFault()
    {
    }

    /// <summary>Answers a Status. With <paramref name="Committed"/> the request takes effect first.</summary>
    public sealed record Refuse(
        int Code, string Reason = "", string Message = "scripted", string? RetryAfter = null, bool Committed = false)
        : FakeFault;

    /// <summary>Never answers, until the client gives up or the server stops.</summary>
    public sealed record Hang(bool Committed = false) : FakeFault;

    /// <summary>Breaks the connection without an answer.</summary>
    public sealed record Abort(bool Committed = false) : FakeFault;

    /// <summary>Answers these bytes; <paramref name="ThenAbort"/> breaks off after them.</summary>
    public sealed record Raw(
        byte[] Body, int Code = 200, string ContentType = "application/json", bool ThenAbort = false) : FakeFault;
}
