using Reconciler.Core.Ledgers;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>What to do for a resource that is being deleted. Releases that need no remote happened before
/// (see <c>Releases</c>), so an entry that is still here has work left.</summary>
internal static class DeletionChecks
{
    /// <summary>T10i, where we choose the key: an earlier create or register without an answer may still be carried
    /// out, and nobody would delete what it makes. The resource waits until none can, W after it was last in doubt.
    /// </summary>
    public static Decision? AwaitLateCommits(ModuleCase module)
    {
        if (module.Entry is not null || Deletions.MeansRelease(module.Module, module.Installation)
            || !module.Situation.Rules.AwaitLateCommits
            || !module.Resolution.Ledger.MayCommitLate(module.Module.Owner.Uid))
        {
            return null;
        }

        var ages = module.Situation.Evidence.Tombstones;
        var left = module.Resolution.Ledger.Doubts(module.Module.Owner.Uid)
            .Max(closed => module.Situation.Windows.Resolution - ages.GetValueOrDefault(closed.AttemptId));
        return left > TimeSpan.Zero
            ? module.Stand(Progress.Reconciling, Reasons.ResolvingCreate,
                "A create that got no answer may still be carried out; looking again before the resource goes.",
                RuleIds.ResolveFirst, left)
            : null;
    }

    public static Decision? NothingToDelete(ModuleCase module) =>
        module.Entry is null
            ? new Decision(module.Verdict(Progress.Reconciling, Reasons.Deleting, "Nothing is left to delete.",
                RuleIds.Delete) with { Released = true })
            : null;

    /// <summary>T10i: an unknown create is resolved first, whatever it takes; then it is deleted.</summary>
    public static Decision? ResolveFirst(ModuleCase module)
    {
        if (module.Entry is not { Phase: EntryPhase.Intent })
        {
            return null;
        }

        return module.Finding is { } finding
            ? module.Stand(finding.Progress, finding.Reason, finding.Message, RuleIds.ResolveFirst, finding.WakeAfter)
            : module.Stand(Progress.Reconciling, Reasons.ResolvingCreate,
                "The outcome of the create is unknown; it is found out before the delete.", RuleIds.ResolveFirst,
                module.Situation.Windows.Consistency);
    }

    public static Decision? Suspended(ModuleCase module) =>
        module.Module.Suspended
            ? module.Stand(Progress.Paused, Reasons.Suspended,
                "Deletion waits while the module is suspended; resume it, set deletionPolicy: Orphan, or abandon it.",
                RuleIds.Suspended)
            : null;

    public static Decision? Delete(ModuleCase module) => module.Act(
        Reasons.Deleting, $"Deleting remote module {module.Entry!.Key}.",
        new PlannedAction.Delete(module.Module.Owner, module.Entry.Key!, RuleIds.Delete, Reasons.Deleting));
}
