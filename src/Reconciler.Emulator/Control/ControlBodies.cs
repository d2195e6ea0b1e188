using Reconciler.Emulator.Faults;
using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Control;

/// <summary>The answer of <c>GET /_emulator/requests</c>.</summary>
internal sealed record RequestsBody(long LastSeq, IReadOnlyList<RequestLogEntry> Requests);

/// <summary>The answer of <c>GET /_emulator/faults</c>.</summary>
internal sealed record FaultsBody(IReadOnlyList<FaultState> Faults);

/// <summary>A rule with its counters.</summary>
internal sealed record FaultState(FaultRule Rule, int Matched, int Fired);

/// <summary>The body of <c>POST /_emulator/tokens</c>; every part is optional.</summary>
internal sealed record TokenRequest
{
    public string? Installation { get; set; }

    public string? Token { get; set; }

    public int? TtlMs { get; set; }

    public TokenKind Kind { get; set; }
}

/// <summary>A made token: the only answer that shows the secret, to whoever asked for it.</summary>
internal sealed record TokenBody(
    string Id, string Token, string Installation, TokenKind Kind, DateTimeOffset? ExpiresAt)
{
    public override string ToString() => $"token {Id} (redacted)";
}

/// <summary>The answer of <c>POST /_emulator/invocations</c>: what was made and what the receiver answered.</summary>
internal sealed record InvocationBody(
    string InvocationId, string Fit, string SystemToken, DateTimeOffset ExpiresAt, int? Status)
{
    public override string ToString() => $"invocation {InvocationId} (redacted)";
}

/// <summary>The answer of <c>GET /_emulator/wait</c>: what was counted when it ended.</summary>
internal sealed record WaitBody(bool Satisfied, int Requests, int Modules, int InFlight, long LastSeq);
