using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>T9: bound modules that the complete list does not show. One empty read destroys nothing (L7).</summary>
internal static class MissingModules
{
    public static void Apply(ResolutionDraft draft)
    {
        foreach (var (uid, entry) in draft.Ledger.Entries)
        {
            if (entry.Phase == EntryPhase.Bound && !draft.Situation.Observed.ContainsKey(entry.Key!))
            {
                Judge(draft, uid, entry);
            }
        }
    }

    private static void Judge(ResolutionDraft draft, string uid, LedgerEntry entry)
    {
        if (draft.Situation.SettlesIn(entry.Key!) is { } wait)
        {
            draft.Note(uid, Waiting(wait, entry));
            return;
        }

        if (!draft.Situation.Evidence.Lookups.TryGetValue(entry.Key!, out var found))
        {
            draft.Note(uid, Waiting(draft.Situation.Windows.Consistency, entry));
            return;
        }

        if (found is not null && draft.Situation.Rules.DoubleCheckMissing)
        {
            JudgeHidden(draft, uid, entry);
            return;
        }

        draft.AbsentKeys.Add(entry.Key!);
        JudgeAbsent(draft, uid, entry);
    }

    /// <summary>A read finds what the list omits: the module is younger than the list, the list lags, or a static
    /// module with the same key hides it for good.</summary>
    private static void JudgeHidden(ResolutionDraft draft, string uid, LedgerEntry entry)
    {
        var wait = draft.Situation.HiddenIn(entry.Key!);
        if (wait is null && draft.Situation.Installation.Api.HasClientKeys())
        {
            draft.Note(uid, new Finding(Progress.Stalled, Reasons.ShadowedByStaticModule,
                $"The remote keeps {entry.Key} but does not list it: a static module of the app has the same key.",
                RuleIds.Missing, Blocks: true));
            return;
        }

        draft.Note(uid, Waiting(wait ?? draft.Situation.Windows.Consistency, entry));
    }

    private static void JudgeAbsent(ResolutionDraft draft, string uid, LedgerEntry entry)
    {
        var owner = draft.Situation.ByUid.GetValueOrDefault(uid);
        var absentFor = draft.Situation.Evidence.AbsentFor.GetValueOrDefault(entry.Key!, TimeSpan.MinValue);
        var certain = absentFor >= draft.Situation.Windows.Consistency || entry.Replacing
            || !draft.Situation.Rules.DoubleCheckMissing;
        if (!certain)
        {
            var left = absentFor < TimeSpan.Zero
                ? draft.Situation.Windows.Consistency
                : draft.Situation.Windows.Consistency - absentFor;
            draft.Note(uid, new Finding(Progress.Reconciling, Reasons.Missing,
                $"Remote module {entry.Key} is not there; looking again before acting on it.", RuleIds.Missing,
                Blocks: owner is not { Deleting: true }, left));
            return;
        }

        if (owner is { Deleting: false, ImportKey: { } import } && draft.Situation.Observed.GetValueOrDefault(import)
            is { } other && !draft.Ledger.Claims(import) && other.Content.Type == owner.Content.Type)
        {
            draft.Ledger = draft.Ledger.BindExisting(owner, other, RuleIds.Import, draft.Situation.Now);
            return;
        }

        if (entry is { Replacing: true, Former: not null } && owner is { Deleting: false })
        {
            // The entry keeps what is owed: the planner finishes the replacement (T8r).
            return;
        }

        if (entry.Replacing || owner is null or { Deleting: true }
            || ReferenceBearingTypes.MissingPolicyOf(owner) == MissingPolicy.Recreate)
        {
            draft.Ledger = draft.Ledger.DoubtReplacement(uid, draft.Situation.Now).Remove(uid)
                .Note(draft.Situation.Now, uid, RuleIds.Missing, $"{entry.Key} has vanished", ("key", entry.Key),
                    ("absentFor", absentFor < TimeSpan.Zero ? null : absentFor), ("replacing", entry.Replacing),
                    ("listed", draft.Situation.Observed.Count));
            return;
        }

        draft.Note(uid, new Finding(Progress.Stalled, Reasons.Missing,
            $"Remote module {entry.Key} has vanished and content may refer to its key: set onMissing: Recreate to "
            + "register a new one, or importKey to bind another.", RuleIds.Missing, Blocks: true));
    }

    private static Finding Waiting(TimeSpan wait, LedgerEntry entry) =>
        new(Progress.Ready, Reasons.Synced, $"{entry.Key} is not listed yet.", RuleIds.Missing, Blocks: true, wait);
}
