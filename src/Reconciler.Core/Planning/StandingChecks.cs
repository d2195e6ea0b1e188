using Reconciler.Core.Ledgers;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>Reasons to leave a live module alone whatever the remote holds.</summary>
internal static class StandingChecks
{
    public static Decision? Suspended(ModuleCase module) =>
        module.Module.Suspended || module.Installation.Suspended
            ? module.Stand(Progress.Paused, Reasons.Suspended, "Suspended.", RuleIds.Suspended)
            : null;

    public static Decision? Invalid(ModuleCase module) =>
        module.Module.Invalid is { } error
            ? module.Stand(Progress.Stalled, Reasons.InvalidData, error, RuleIds.Invalid)
            : null;

    /// <summary>T8x: a replacement whose delete is not confirmed yet.</summary>
    public static Decision? FinishDelete(ModuleCase module) =>
        module.Entry is { Phase: EntryPhase.Deleting, Key: { } key }
            ? module.Act(Reasons.Updating, $"Replacing remote module {key}: it is deleted first.",
                new PlannedAction.Delete(module.Module.Owner, key, RuleIds.Replace, Reasons.Updating))
            : null;

    /// <summary>Resolving left a question open.</summary>
    public static Decision? Undecided(ModuleCase module) =>
        module.Finding is { Blocks: true } finding
            ? module.Stand(finding.Progress, finding.Reason, finding.Message, finding.Rule, finding.WakeAfter)
            : null;
}
