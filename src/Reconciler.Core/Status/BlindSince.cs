using System.Collections.Immutable;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Status;

/// <summary>
/// Since when nobody has seen an installation's whole remote set, for a leader that has not seen it itself: what it
/// measures must go on where the leader before it stopped, or each change of leader would end an alert on the age of
/// the last sync. Pure.
/// </summary>
public static class BlindSince
{
    /// <summary>Reasons of an installation whose last pass did not see the whole remote set. Not Suspended: nobody
    /// tried.</summary>
    private static readonly ImmutableArray<string> BlindReasons =
    [
        Reasons.AwaitingToken, Reasons.AuthorizationFailed, Reasons.RateLimited, Reasons.RemoteUnavailable,
        Reasons.InvalidData, Reasons.TakeoverPending,
    ];

    /// <summary>
    /// With a status that says so, the earliest that it can have begun: the last transition of a condition of ours or
    /// the last sync that changed something, whichever is later. Where one reason to stand still followed another, that
    /// is too early, and an alert on it may come too soon, never too late. With any other status the last pass saw all,
    /// and passes at rest write nothing: since <paramref name="now"/>, the first try.
    /// </summary>
    public static DateTimeOffset Of(InstallationStatus status, DateTimeOffset now)
    {
        if (status.Conditions.Ready is not { } ready || !BlindReasons.Contains(ready.Reason, StringComparer.Ordinal))
        {
            return now;
        }

        var turned = status.Conditions.Where(condition => ConditionSet.IsOurs(condition.Type))
            .Max(condition => condition.LastTransitionTime);
        var since = status.LastSyncTime > turned ? status.LastSyncTime.Value : turned;
        return since < now ? since : now;
    }
}
