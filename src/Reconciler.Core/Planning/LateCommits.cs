using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// T12: an unclaimed module that an attempt we had closed must have made. Proven by its absence from the attempt's
/// baseline and from the genesis baseline, and by its content (or its key, where we chose it).
/// </summary>
internal static class LateCommits
{
    public static void Apply(ResolutionDraft draft)
    {
        if (draft.Ledger.ClosedAttempts.IsEmpty)
        {
            return;
        }

        foreach (var module in draft.Unclaimed())
        {
            if (!draft.Ledger.GenesisBaseline.Contains(module.Key) && FindMaker(draft, module) is { } closed)
            {
                Settle(draft, closed, module);
            }
        }
    }

    private static ClosedAttempt? FindMaker(ResolutionDraft draft, ObservedModule module) =>
        draft.Ledger.ClosedAttempts
            .Where(closed => closed.Verdict is AttemptVerdict.Absent or AttemptVerdict.Resolved)
            .Where(closed => !closed.Baseline.Contains(module.Key) && IsContentOf(draft, closed, module))
            .OrderBy(closed => closed.Verdict == AttemptVerdict.Absent ? 0 : 1)
            .ThenBy(closed => draft.Ledger.Entries.ContainsKey(closed.OwnerUid) ? 1 : 0)
            .ThenBy(closed => closed.AttemptId, StringComparer.Ordinal)
            .FirstOrDefault();

    private static bool IsContentOf(ResolutionDraft draft, ClosedAttempt closed, ObservedModule module)
    {
        if (module.Content.Fingerprint == closed.Fingerprint)
        {
            return true;
        }

        // The tombstone keeps only a hash; server defaults are recognised while the resource still says the same.
        return draft.Situation.ByUid.GetValueOrDefault(closed.OwnerUid) is { } owner
            && (ClientKeys.For(draft.Situation.Installation, owner) == module.Key
                || (owner.Content.Fingerprint == closed.Fingerprint
                    && draft.Situation.Matches(module.Content.RelateTo(owner.Content))));
    }

    private static void Settle(ResolutionDraft draft, ClosedAttempt closed, ObservedModule module)
    {
        var wants = draft.Situation.ByUid.GetValueOrDefault(closed.OwnerUid);
        if (closed.Verdict == AttemptVerdict.Absent && wants is { Deleting: false }
            && !draft.Ledger.Entries.ContainsKey(closed.OwnerUid))
        {
            draft.Ledger = draft.Ledger.BindExisting(wants, module, RuleIds.LateCommit, draft.Situation.Now);
            return;
        }

        draft.Surplus(closed.OwnerUid, module, RuleIds.LateCommit);
    }
}
