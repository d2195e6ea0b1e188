using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// T5 and T7: open attempts against the keys that did not exist when they were announced. Twins are interchangeable
/// until bound, so this is a matching of multisets; any maximum one is right, the order makes it repeatable.
/// </summary>
internal static class IntentMatching
{
    public static void Apply(ResolutionDraft draft)
    {
        BindByKey(draft);
        var attempts = draft.Ledger.OpenAttempts().Where(open => open.Key is null).ToImmutableArray();
        if (attempts.IsEmpty)
        {
            return;
        }

        var modules = draft.Unclaimed();
        var relations = attempts
            .Select(open => modules.Select(module => Relate(open, module, draft.Situation)).ToArray())
            .ToArray();
        var matched = BipartiteMatching.Match(attempts.Length, modules.Length,
            (left, right) => relations[left][right] == MatchRelation.Identical,
            (left, right) => draft.Situation.Matches(relations[left][right]));
        BindMatched(draft, attempts, modules, matched);
        ReportSurplus(draft, attempts, modules, matched, relations);
    }

    /// <summary>The relation if the module can be the attempt's at all, else None.</summary>
    public static MatchRelation Relate(OpenAttempt open, ObservedModule module, Situation situation) =>
        situation.Rules.CompareWithBaseline && open.Baseline.Contains(module.Key)
            ? MatchRelation.None
            : open.Relate(module);

    /// <summary>A client-chosen key identifies its module (crash-safety.md §9).</summary>
    private static void BindByKey(ResolutionDraft draft)
    {
        foreach (var open in draft.Ledger.OpenAttempts().Where(open => open.Key is not null))
        {
            if (draft.Situation.Find(open.Key!) is { } module && !open.Baseline.Contains(open.Key!))
            {
                Bind(draft, open, module);
            }
        }
    }

    private static void BindMatched(
        ResolutionDraft draft, ImmutableArray<OpenAttempt> attempts, ImmutableArray<ObservedModule> modules,
        int[] matched)
    {
        for (var i = 0; i < attempts.Length; i++)
        {
            if (matched[i] >= 0)
            {
                Bind(draft, attempts[i], modules[matched[i]]);
            }
        }
    }

    /// <summary>T7: what only matched attempts could have made, and did not.</summary>
    private static void ReportSurplus(
        ResolutionDraft draft, ImmutableArray<OpenAttempt> attempts, ImmutableArray<ObservedModule> modules,
        int[] matched, MatchRelation[][] relations)
    {
        for (var right = 0; right < modules.Length; right++)
        {
            if (matched.Contains(right))
            {
                continue;
            }

            for (var left = 0; left < attempts.Length; left++)
            {
                if (draft.Situation.Matches(relations[left][right]))
                {
                    draft.Surplus(attempts[left].OwnerUid, modules[right], RuleIds.Surplus);
                    break;
                }
            }
        }
    }

    /// <summary>Ends an attempt with the module it is proven to have made.</summary>
    public static void Bind(ResolutionDraft draft, OpenAttempt open, ObservedModule module)
    {
        var now = draft.Situation.Now;
        var ledger = draft.Ledger.Bury(open, AttemptVerdict.Resolved, now);
        if (open.OwnerUid.Length == 0)
        {
            var orphan = ledger.Orphans.First(candidate => candidate.Attempt?.Id == open.Attempt.Id);
            draft.Ledger = ledger.ReplaceOrphan(orphan, orphan with { Key = module.Key, Attempt = null });
            return;
        }

        // Content that is not what was sent was changed since: bound as it is, then corrected (T8).
        var asSent = draft.Situation.Matches(open.Relate(module));
        var applied = asSent ? open.Attempt.Fingerprint : module.Content.Fingerprint;
        draft.Ledger = ledger
            .Bind(open.OwnerUid, module.Key, applied, module.Content.Fingerprint, now)
            .Note(now, open.OwnerUid, RuleIds.Resolved, $"the unknown create made {module.Key}",
                ("attempt", open.Attempt.Id), ("number", open.Attempt.Number), ("baseline", open.Baseline.Count),
                ("listed", draft.Situation.Observed.Count), ("match", open.Relate(module)), ("key", module.Key));
    }
}
