using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>
/// Closed attempts that may still matter: one found absent may commit late (T12), one resolved by evidence may have
/// been matched with a twin, one refused for good must not be sent again (I12). A 201 needs none: it names its key.
/// </summary>
public static class Tombstones
{
    /// <summary>Most tombstones kept; 64 with baselines of 100 UUIDs stay under 256 KB.</summary>
    public const int MaxTombstones = 64;

    private const string Replacement = "replace-";

    /// <summary>T5 and T6: ends an open attempt with a verdict that was reached by evidence.</summary>
    public static Ledger Bury(this Ledger ledger, OpenAttempt open, AttemptVerdict verdict, DateTimeOffset now) =>
        ledger with
        {
            ClosedAttempts = ledger.ClosedAttempts.Add(new ClosedAttempt(
                open.Attempt.Id, open.OwnerUid, open.Attempt.Fingerprint, open.Baseline, now, verdict)),
        };

    /// <summary>T8r: what is registered in a replacement has no attempt of its own. Where a replacement of unknown end
    /// is begun again, or the module is deleted, an earlier register may still be carried out late: remembered as an
    /// absent create is, once per resource and anew each time.</summary>
    public static Ledger DoubtReplacement(this Ledger ledger, string uid, DateTimeOffset now)
    {
        if (ledger.Entries.GetValueOrDefault(uid) is not { Replacing: true } entry)
        {
            return ledger;
        }

        var kept = ledger.Keep(closed =>
            closed.OwnerUid != uid || !closed.AttemptId.StartsWith(Replacement, StringComparison.Ordinal));
        return kept with
        {
            ClosedAttempts = kept.ClosedAttempts.Add(new ClosedAttempt(
                $"{Replacement}{uid}-{ledger.Sequence}", uid, entry.Applied, Ordinal.EmptySet, now,
                AttemptVerdict.Absent) { Key = entry.Key }),
        };
    }

    /// <summary>Where we choose the key a create that was found absent is sent again at once (crash-safety.md §9), so
    /// one of them may still be carried out, late.</summary>
    public static bool MayCommitLate(this Ledger ledger, string uid) => ledger.Doubts(uid).Any();

    /// <summary>The tombstones of what may still be carried out.</summary>
    public static IEnumerable<ClosedAttempt> Doubts(this Ledger ledger, string uid) => ledger.Api.HasClientKeys()
        ? ledger.ClosedAttempts.Where(closed => closed.OwnerUid == uid && closed.Verdict == AttemptVerdict.Absent)
        : [];

    /// <summary>The remote refused this content for good, on create or on update.</summary>
    public static Ledger RefuseForGood(
        this Ledger ledger, string attemptId, string uid, Fingerprint content, DateTimeOffset now)
    {
        var refusal = new ClosedAttempt(attemptId, uid, content, Ordinal.EmptySet, now, AttemptVerdict.Rejected);
        var cleared = ledger.ForgetRefusals(uid);
        return cleared with { ClosedAttempts = cleared.ClosedAttempts.Add(refusal) };
    }

    /// <summary>I12: the content was refused for good and nothing has changed since.</summary>
    public static bool IsRefusedForGood(this Ledger ledger, string uid, Fingerprint content) =>
        ledger.ClosedAttempts.Any(closed =>
            closed.Verdict == AttemptVerdict.Rejected && closed.OwnerUid == uid && closed.Fingerprint == content);

    public static Ledger ForgetRefusals(this Ledger ledger, string uid) =>
        ledger.Keep(closed => closed.Verdict != AttemptVerdict.Rejected || closed.OwnerUid != uid);

    /// <summary>The owner is released, its module stays: what its attempts made belongs to nobody any more, no attempt
    /// of others, open or closed, may take it for its own result (an open one stayed in doubt for ever: seed 98), and a
    /// sole writer remembers not to prune it (seed 38).</summary>
    public static Ledger LetGo(this Ledger ledger, string uid)
    {
        var released = ledger.Entries.GetValueOrDefault(uid)?.Key;
        var left = ledger.Remove(uid).ForgetAttempts(uid);
        return released is null
            ? left
            : left with
            {
                Released = left.Released.Add(released),
                Batches = left.Batches.ToImmutableSortedDictionary(
                    pair => pair.Key, pair => pair.Value with { Baseline = pair.Value.Baseline.Add(released) },
                    StringComparer.Ordinal),
                ClosedAttempts =
                [
                    .. left.ClosedAttempts.Select(closed => closed.Verdict == AttemptVerdict.Rejected
                        ? closed
                        : closed with { Baseline = closed.Baseline.Add(released) }),
                ],
            };
    }

    /// <summary>A module that was let go is gone.</summary>
    public static Ledger ForgetReleased(this Ledger ledger, string key) =>
        ledger with { Released = ledger.Released.Remove(key) };

    /// <summary>Drops tombstones whose time is over.</summary>
    public static Ledger Exhume(this Ledger ledger, ImmutableHashSet<string> attemptIds) =>
        attemptIds.IsEmpty ? ledger : ledger.Keep(closed => !attemptIds.Contains(closed.AttemptId));

    /// <summary>Whatever its attempts may still make is nobody's concern any more.</summary>
    public static Ledger ForgetAttempts(this Ledger ledger, string uid) =>
        ledger.Keep(closed => closed.OwnerUid != uid);

    private static Ledger Keep(this Ledger ledger, Func<ClosedAttempt, bool> wanted)
    {
        var kept = ledger.ClosedAttempts.Where(wanted).ToImmutableArray();
        return kept.Length == ledger.ClosedAttempts.Length ? ledger : ledger with { ClosedAttempts = kept };
    }
}
