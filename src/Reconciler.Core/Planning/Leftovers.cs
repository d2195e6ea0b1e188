using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>What no desired module speaks for: entries of vanished owners (T10v), debts (T11), unmanaged modules (P1).
/// </summary>
internal static class Leftovers
{
    public static void Add(PlanDraft draft)
    {
        AddVanished(draft);
        AddOrphans(draft);
        AddPrunes(draft);
    }

    private static void AddVanished(PlanDraft draft)
    {
        foreach (var (uid, entry) in draft.Ledger.Entries)
        {
            if (!draft.Situation.ByUid.ContainsKey(uid) && entry is { Phase: not EntryPhase.Intent, Key: { } key }
                && (entry.Phase == EntryPhase.Deleting || IsDue(draft.Situation, uid, entry)))
            {
                draft.Add(new PlannedAction.Delete(entry.Owner, key, RuleIds.DeleteVanished, Reasons.Deleting));
            }
        }
    }

    private static bool IsDue(Situation situation, string uid, LedgerEntry entry) =>
        entry.DeletionPolicy == DeletionPolicy.Delete && situation.HasVanished(uid);

    private static void AddOrphans(PlanDraft draft)
    {
        foreach (var orphan in draft.Ledger.Orphans.Where(orphan => orphan.Key is not null))
        {
            draft.Add(new PlannedAction.DeleteOrphan(orphan.Key!, RuleIds.DeleteOrphan, Reasons.Deleting));
        }
    }

    private static void AddPrunes(PlanDraft draft)
    {
        if (!draft.Situation.IsExclusive)
        {
            return;
        }

        var attempts = draft.Ledger.OpenAttempts();
        var unclaimed = draft.Situation.Observed.Values.Where(module =>
            !draft.Claimed.Contains(module.Key) && !draft.Ledger.Released.Contains(module.Key));
        foreach (var module in unclaimed)
        {
            // A key that is newer than an open create may be its result: never pruned on suspicion.
            var maybeOurs = attempts.Any(open => !open.Baseline.Contains(module.Key));
            if (!maybeOurs && !IsSpokenFor(draft, module) && !ReferenceBearingTypes.Contains(module.Content.Type))
            {
                draft.Add(new PlannedAction.Prune(module.Key, RuleIds.Prune, Reasons.Deleting));
            }
        }
    }

    /// <summary>Some module without an entry may still want it: suspended, invalid or waiting for its
    /// finalizer.</summary>
    private static bool IsSpokenFor(PlanDraft draft, ObservedModule module) =>
        draft.Situation.Desired.Any(desired =>
            !draft.Ledger.Entries.ContainsKey(desired.Owner.Uid)
            && (module.Key == desired.ImportKey || module.Key == desired.MirroredKey
                || module.Key == ClientKeys.For(draft.Situation.Installation, desired)
                || (desired is { Invalid: null, Deleting: false }
                    && draft.Situation.Matches(module.Content.RelateTo(desired.Content)))));
}
