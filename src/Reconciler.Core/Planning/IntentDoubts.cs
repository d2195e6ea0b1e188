using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>
/// What is left after matching: attempts without a trace (T6) and attempts with a doubtful one (T5w). Only time, two
/// complete lists and the absence of any doubt lead to "it did not happen".
/// </summary>
internal static class IntentDoubts
{
    public static void Apply(ResolutionDraft draft)
    {
        var attempts = draft.Ledger.OpenAttempts();
        foreach (var open in attempts)
        {
            var weak = open.Key is null ? WeakCandidates(draft, open) : [];
            if (weak.IsEmpty)
            {
                draft.QuietAttempts.Add(open.Attempt.Id);
                JudgeQuiet(draft, open);
            }
            else
            {
                JudgeDoubtful(draft, open, weak, attempts);
            }
        }
    }

    private static ImmutableArray<ObservedModule> WeakCandidates(ResolutionDraft draft, OpenAttempt open) =>
    [
        .. draft.Unclaimed().Where(module =>
            IntentMatching.Relate(open, module, draft.Situation) >= MatchRelation.Weak),
    ];

    /// <summary>T5w: something of our type appeared that is not what we sent. It may be ours, changed by the server or
    /// by somebody since.</summary>
    private static void JudgeDoubtful(
        ResolutionDraft draft, OpenAttempt open, ImmutableArray<ObservedModule> weak,
        ImmutableArray<OpenAttempt> attempts)
    {
        var owner = draft.Situation.ByUid.GetValueOrDefault(open.OwnerUid);
        var named = weak.FirstOrDefault(module => module.Key == owner?.ImportKey);
        var rivals = attempts.Count(other => weak.Any(module =>
            IntentMatching.Relate(other, module, draft.Situation) >= MatchRelation.Weak));
        if (named is not null || (draft.Situation.IsExclusive && weak.Length == 1 && rivals == 1))
        {
            IntentMatching.Bind(draft, open, named ?? weak[0]);
            return;
        }

        // Nothing is created any more, so nothing can be doubled: a delete ends (T10i),
        // as does the debt of an abandoned one.
        if ((owner is { Deleting: true } || open.OwnerUid.Length == 0)
            && SightOf(draft.Situation, open).Age
                >= draft.Situation.Windows.Resolution + draft.Situation.Windows.Consistency)
        {
            Close(draft, open, "not there after the wait; of the new modules of its type none is what was sent");
            return;
        }

        if (owner is { Forced: true } && SightOf(draft.Situation, open).Age >= draft.Situation.Windows.Resolution)
        {
            Close(draft, open, "declared foreign by a forced pass");
            return;
        }

        var keys = string.Join(", ", weak.Select(module => module.Key));
        draft.Note(open.OwnerUid, new Finding(Progress.Stalled, Reasons.AmbiguousCreate,
            $"The outcome of the create is unknown and {keys} may be its result: set importKey to bind it, or request "
            + "a pass to declare it foreign.",
            RuleIds.WeakCandidate, Blocks: true, draft.Situation.Windows.Resolution));
    }

    /// <summary>T6, and its client-keyed form: there one list and a 404 suffice, since the same key is sent again. Who
    /// is being deleted, or gone, sends nothing again: a late commit would be left behind (T10i, seed 27 on
    /// ConnectJira).</summary>
    private static void JudgeQuiet(ResolutionDraft draft, OpenAttempt open)
    {
        var absentByKey = open.Key is not null
            && (draft.Situation.ByUid.GetValueOrDefault(open.OwnerUid) is { Deleting: false }
                || !draft.Situation.Rules.AwaitLateCommits)
            && draft.Situation.Evidence.Lookups.TryGetValue(open.Key, out var found) && found is null;
        if (absentByKey || WaitLeft(draft.Situation, open) <= TimeSpan.Zero || !draft.Situation.Rules.WaitBeforeAbsent)
        {
            Close(draft, open, "not there after the wait");
            return;
        }

        draft.Note(open.OwnerUid, new Finding(Progress.Reconciling, Reasons.ResolvingCreate,
            "The outcome of the create is unknown; looking for the module it may have made.", RuleIds.Unknown,
            Blocks: true, WaitLeft(draft.Situation, open)));
    }

    private static AttemptSight SightOf(Situation situation, OpenAttempt open) =>
        situation.Evidence.Attempts.GetValueOrDefault(open.Attempt.Id);

    /// <summary>Until the next list that may end the attempt: the first quiet one is begun W after first sight, the
    /// second ε later.</summary>
    private static TimeSpan WaitLeft(Situation situation, OpenAttempt open)
    {
        var sight = SightOf(situation, open);
        if (sight.QuietFor is { } quiet)
        {
            return situation.Windows.Consistency - quiet;
        }

        var left = situation.Windows.Resolution - sight.Age;
        return left > TimeSpan.Zero ? left : situation.Windows.Consistency;
    }

    private static void Close(ResolutionDraft draft, OpenAttempt open, string why)
    {
        var ledger = draft.Ledger.Bury(open, AttemptVerdict.Absent, draft.Situation.Now);
        draft.Ledger = open.OwnerUid.Length == 0
            ? ledger.Forgive(ledger.Orphans.First(orphan => orphan.Attempt?.Id == open.Attempt.Id))
            : ledger.Remove(open.OwnerUid).Note(draft.Situation.Now, open.OwnerUid, RuleIds.Absent, why,
                ("attempt", open.Attempt.Id), ("number", open.Attempt.Number), ("baseline", open.Baseline.Count),
                ("listed", draft.Situation.Observed.Count), ("age", SightOf(draft.Situation, open).Age),
                ("quietFor", SightOf(draft.Situation, open).QuietFor));
    }
}
