using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Execution;

/// <summary>What a fault means.</summary>
/// <param name="Poisons">The next call would fail the same way: the pass sends nothing more.</param>
/// <param name="Final">Nothing is tried again until the spec changes.</param>
/// <param name="RetryAfter">When the remote said so; else the caller backs off.</param>
public sealed record FaultRule(
    string Reason, Progress Progress, bool Poisons, bool Final = false, TimeSpan? RetryAfter = null);

/// <summary>The one place that says what reason and progress a <see cref="RemoteFault"/> means.</summary>
public static class FaultRules
{
    public static FaultRule For(RemoteFault fault) => fault switch
    {
        RemoteFault.AwaitingToken => new(Reasons.AwaitingToken, Progress.Reconciling, Poisons: true),
        RemoteFault.Unauthorized => new(Reasons.AuthorizationFailed, Progress.Reconciling, Poisons: true),
        RemoteFault.Throttled throttled =>
            new(Reasons.RateLimited, Progress.Reconciling, Poisons: true, RetryAfter: throttled.RetryAfter),
        RemoteFault.Unavailable => new(Reasons.RemoteUnavailable, Progress.Reconciling, Poisons: true),
        RemoteFault.Malformed => new(Reasons.RemoteUnavailable, Progress.Reconciling, Poisons: false),
        RemoteFault.Rejected => new(Reasons.InvalidData, Progress.Stalled, Poisons: false, Final: true),
        RemoteFault.QuotaExceeded => new(Reasons.QuotaExceeded, Progress.Stalled, Poisons: false),

        // The next list tells whether the module behind the key is ours after all (T12).
        RemoteFault.KeyConflict =>
            new(Reasons.KeyConflict, Progress.Stalled, Poisons: false, RetryAfter: TimeSpan.FromSeconds(1)),
        _ => throw new InvalidOperationException($"unhandled {fault.GetType().Name}"),
    };

    /// <summary>The fault says that we have no access, not that the remote is busy: worth showing on every module.
    /// </summary>
    public static bool DeniesAccess(RemoteFault fault) =>
        fault is RemoteFault.AwaitingToken or RemoteFault.Unauthorized;
}
