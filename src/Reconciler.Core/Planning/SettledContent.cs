using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// T8s: learns what the server made of our content, so that its defaults are not drift, and closes updates whose answer
/// was lost. Ledger writes only, and none once there is nothing new to learn.
/// </summary>
internal static class SettledContent
{
    public static void Apply(ResolutionDraft draft)
    {
        foreach (var module in draft.Situation.Desired)
        {
            if (draft.Ledger.Entries.GetValueOrDefault(module.Owner.Uid) is { Phase: EntryPhase.Bound } entry
                && module.Invalid is null)
            {
                Learn(draft, module, entry);
            }
        }
    }

    private static void Learn(ResolutionDraft draft, DesiredModule module, LedgerEntry entry)
    {
        var uid = module.Owner.Uid;
        draft.Ledger = draft.Ledger.KeepPolicy(uid, module.DeletionPolicy);
        if (draft.Situation.Observed.GetValueOrDefault(entry.Key!) is not { } observed)
        {
            return;
        }

        var relation = observed.Content.RelateTo(module.Content);
        var current = entry.Applied == module.Content.Fingerprint;
        if (relation == MatchRelation.Identical && (!current || entry.Settled is null || entry.Replacing))
        {
            draft.Ledger = draft.Ledger.Settle(uid, module.Content.Fingerprint, observed.Content.Fingerprint);
            return;
        }

        // A correction that changed nothing shows that the server insists on its defaults.
        var insisted = draft.Situation.Evidence.Corrected.TryGetValue(entry.Key!, out var corrected)
            && corrected == observed.Content.Fingerprint;
        if (relation == MatchRelation.Covers && current && (entry.Settled is null || insisted))
        {
            draft.Ledger = draft.Ledger.Settle(uid, entry.Applied, observed.Content.Fingerprint);
        }
    }
}
