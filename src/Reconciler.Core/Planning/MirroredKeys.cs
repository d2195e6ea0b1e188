using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// T2m: a resource without an entry whose status names a key had one in a ledger that is lost. The key is evidence, not
/// authority: it counts only if the remote holds a module of that type under it that nobody claims.
/// </summary>
internal static class MirroredKeys
{
    public static void Apply(ResolutionDraft draft)
    {
        foreach (var module in Candidates(draft.Ledger, draft.Situation))
        {
            if (draft.Situation.Find(module.MirroredKey!) is { } observed
                && string.Equals(observed.Content.Type, module.Content.Type, StringComparison.Ordinal)
                && !draft.Ledger.Claims(observed.Key))
            {
                draft.Ledger = draft.Ledger.BindExisting(module, observed, RuleIds.Rebuild, draft.Situation.Now);
            }
        }
    }

    /// <summary>A resource that is going to be released anyway is not bound again.</summary>
    public static IEnumerable<DesiredModule> Candidates(Ledger ledger, Situation situation) =>
        situation.Desired.Where(module =>
            module is { MirroredKey: not null, Invalid: null }
            && !ledger.Entries.ContainsKey(module.Owner.Uid)
            && !ledger.Claims(module.MirroredKey)
            && !(module.Deleting && Deletions.MeansRelease(module, situation.Installation)));
}
