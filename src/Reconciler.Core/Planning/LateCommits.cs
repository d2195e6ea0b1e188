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

        foreach (var module in Candidates(draft))
        {
            // What was there at genesis and then imported was removed by the first half of a replacement.
            if (FindMaker(draft, module) is { } closed
                && (closed.Key == module.Key || !draft.Ledger.GenesisBaseline.Contains(module.Key)))
            {
                Settle(draft, closed, module);
            }
        }
    }

    /// <summary>Keys under which a create or register of a resource that goes may still be carried out (T10i). A static
    /// module of the same key would hide it from every list (seed 196 on ForgeV1), so they are read
    /// one by one.</summary>
    public static IEnumerable<string> AwaitedKeys(Ledger ledger, Situation situation) =>
        situation.Desired
            .Where(module => module.Deleting && !ledger.Entries.ContainsKey(module.Owner.Uid))
            .SelectMany(module => ledger.Doubts(module.Owner.Uid)
                .Select(closed => closed.Key ?? ClientKeys.For(situation.Installation, module)))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);

    private static IEnumerable<ObservedModule> Candidates(ResolutionDraft draft)
    {
        var hidden = AwaitedKeys(draft.Ledger, draft.Situation)
            .Where(key => !draft.Situation.Observed.ContainsKey(key) && !draft.Ledger.Claims(key))
            .Select(draft.Situation.Find)
            .OfType<ObservedModule>();
        return [.. draft.Unclaimed(), .. hidden];
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
        // What a replacement registers has the key of its module, whoever is still there to say so; the content in its
        // tombstone is the one before.
        if (closed.Key is { } own)
        {
            return own == module.Key;
        }

        if (draft.Situation.Installation.Api.HasClientKeys()
            && draft.Situation.ByUid.GetValueOrDefault(closed.OwnerUid) is { } keyed)
        {
            return ClientKeys.For(draft.Situation.Installation, keyed) == module.Key;
        }

        if (module.Content.Fingerprint == closed.Fingerprint)
        {
            return true;
        }

        // The tombstone keeps only a hash; server defaults are recognised while the resource still says the same.
        return draft.Situation.ByUid.GetValueOrDefault(closed.OwnerUid) is { } owner
            && owner.Content.Fingerprint == closed.Fingerprint
            && draft.Situation.Matches(module.Content.RelateTo(owner.Content));
    }

    private static void Settle(ResolutionDraft draft, ClosedAttempt closed, ObservedModule module)
    {
        var wants = draft.Situation.ByUid.GetValueOrDefault(closed.OwnerUid);
        if (closed.Verdict == AttemptVerdict.Absent && wants is not null && IsWaitedFor(draft, wants)
            && !draft.Ledger.Entries.ContainsKey(closed.OwnerUid))
        {
            draft.Ledger = draft.Ledger.BindExisting(wants, module, RuleIds.LateCommit, draft.Situation.Now);
            return;
        }

        draft.Surplus(closed.OwnerUid, module, RuleIds.LateCommit);
    }

    /// <summary>Who is being deleted waits for it only where we choose the key, to delete it (T10i).</summary>
    private static bool IsWaitedFor(ResolutionDraft draft, DesiredModule wants) =>
        !wants.Deleting || (draft.Situation.Installation.Api.HasClientKeys()
            && !Deletions.MeansRelease(wants, draft.Situation.Installation));
}
