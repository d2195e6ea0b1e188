namespace Reconciler.Core.Execution;

/// <summary>
/// A classified remote error. The closed set of everything that can go wrong between us and the remote; it is made in
/// one place per API (<c>…Faults</c>) and given its meaning in one place (<c>FaultRules</c>). Messages never hold a
/// secret.
/// </summary>
/// <param name="Message">One sentence for a person: what the remote said or what failed.</param>
/// <param name="StatusCode">HTTP status, 0 when no response was read.</param>
/// <param name="TraceId">The remote's trace id for support, if it sent one.</param>
public abstract record RemoteFault(string Message, int StatusCode, string? TraceId)
{
    /// <summary>No usable token was delivered yet, or it expires too soon. Nothing is concluded from it.</summary>
    public sealed record AwaitingToken(string Message) : RemoteFault(Message, 0, null);

    /// <summary>401 or 403, after one forced credential reload.</summary>
    public sealed record Unauthorized(string Message, int StatusCode, string? TraceId = null)
        : RemoteFault(Message, StatusCode, TraceId);

    /// <summary>The data, type or key was refused for good: no retry until the spec changes (I12).</summary>
    public sealed record Rejected(string Message, int StatusCode, string? TraceId = null)
        : RemoteFault(Message, StatusCode, TraceId);

    /// <summary>The installation holds as many modules as the remote allows.</summary>
    public sealed record QuotaExceeded(string Message, int StatusCode, string? TraceId = null)
        : RemoteFault(Message, StatusCode, TraceId);

    /// <summary>A client-chosen key is taken by a module that is not ours.</summary>
    public sealed record KeyConflict(string Message, int StatusCode, string? TraceId = null)
        : RemoteFault(Message, StatusCode, TraceId);

    /// <summary>429, or 503 with Retry-After: the whole installation bucket waits <paramref
    /// name="RetryAfter"/>.</summary>
    public sealed record Throttled(string Message, int StatusCode, TimeSpan RetryAfter, string? TraceId = null)
        : RemoteFault(Message, StatusCode, TraceId);

    /// <summary>The remote could not be reached, timed out or answered 5xx.</summary>
    public sealed record Unavailable(string Message, int StatusCode = 0, string? TraceId = null)
        : RemoteFault(Message, StatusCode, TraceId);

    /// <summary>The remote answered what the protocol does not allow: not JSON, too large, a list that never
    /// ends.</summary>
    public sealed record Malformed(string Message, int StatusCode = 0, string? TraceId = null)
        : RemoteFault(Message, StatusCode, TraceId);
}
