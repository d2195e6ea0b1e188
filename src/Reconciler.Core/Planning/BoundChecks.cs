using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>Bound modules: in sync, changed, drifted (T8). Each check speaks only about a module with a key.</summary>
internal static class BoundChecks
{
    /// <summary>T8r: a replacement was cut in half, and the module is absent by our own doing. What resolving is unsure
    /// of, it has blocked before.</summary>
    public static Decision? FinishReplacement(ModuleCase module)
    {
        if (module is not { Bound: null, Entry: { Phase: EntryPhase.Bound, Former: { } former, Key: { } key } })
        {
            return null;
        }

        var refused = CreateChecks.IsRefused(module);
        return module.Act(Reasons.Updating,
            refused
                ? $"Registering the former definition of {key} again: the new one was refused."
                : $"Finishing the replacement of {key}: it is deleted and not registered again yet.",
            new PlannedAction.Update(
                refused ? module.Module with { Content = former } : module.Module, key, former,
                RuleIds.FinishReplacement, Reasons.Updating));
    }

    public static Decision? NotObserved(ModuleCase module) =>
        module.Entry is not null && module.Bound is null
            ? module.Stand(Progress.Reconciling, Reasons.Missing, "Not observed; looking again.", RuleIds.Missing,
                module.Situation.Windows.Consistency)
            : null;

    public static Decision? InSync(ModuleCase module)
    {
        if (module.Bound is not { } observed || !IsInSync(module, observed))
        {
            return null;
        }

        if (module.Finding is { } finding)
        {
            return module.Stand(finding.Progress, finding.Reason, finding.Message, finding.Rule, finding.WakeAfter);
        }

        return CreateChecks.FindTwin(module) is { } twin
            ? module.Stand(Progress.Ready, Reasons.DuplicateDesired,
                $"In sync, but {twin.Owner} desires the same module; set allowDuplicate if this is wanted.",
                RuleIds.DuplicateDesired)
            : module.Stand(Progress.Ready, Reasons.Synced, "In sync.", RuleIds.InSync);
    }

    /// <summary>I12, for updates: refused content is not sent again until it changes.</summary>
    public static Decision? RefusedBefore(ModuleCase module) =>
        module.Bound is not null && CreateChecks.IsRefused(module)
            ? module.Stand(Progress.Stalled, Reasons.InvalidData,
                "The remote refused this content; change the spec or request a pass.", RuleIds.TerminalRefusal)
            : null;

    /// <summary>T8x: a key keeps its type, so another type means delete, then register.</summary>
    public static Decision? TypeChanged(ModuleCase module) =>
        module.Bound is { } observed && IsDesiredChanged(module)
            && !string.Equals(observed.Content.Type, module.Module.Content.Type, StringComparison.Ordinal)
            ? module.Act(Reasons.Updating,
                $"Replacing remote module {observed.Key}: its type changes, "
                + "so it is deleted before the new one exists.",
                new PlannedAction.Delete(module.Module.Owner, observed.Key, RuleIds.Replace, Reasons.Updating))
            : null;

    public static Decision? DesiredChanged(ModuleCase module) =>
        module.Bound is { } observed && IsDesiredChanged(module)
            ? Update(module, observed, RuleIds.Update, Reasons.Updating, "The desired content changed.")
            : null;

    /// <summary>A list less than ε after our own write may still show the state before it.</summary>
    public static Decision? OwnWriteSettles(ModuleCase module) =>
        module.Bound is { } observed && module.Situation.SettlesIn(observed.Key) is { } wait
            ? module.Stand(
                Progress.Ready, Reasons.Synced, "Written; the remote has not settled yet.", RuleIds.InSync, wait)
            : null;

    public static Decision? DriftTolerated(ModuleCase module) => module switch
    {
        { Bound: null } => null,
        { Installation.Drift: DriftPolicy.Ignore } =>
            module.Stand(Progress.Ready, Reasons.Synced, "In sync as applied; drift is ignored.", RuleIds.CorrectDrift),
        { Installation.Drift: DriftPolicy.Warn } =>
            module.Stand(Progress.Ready, Reasons.DriftDetected,
                "Changed from outside; drift: Warn leaves it so.", RuleIds.CorrectDrift),
        _ => null,
    };

    public static Decision? Contended(ModuleCase module) =>
        module.Bound is { } observed && module.Situation.Evidence.Contended.Contains(observed.Key)
            ? module.Stand(Progress.Stalled, Reasons.Contended,
                "Somebody else keeps changing this module: corrections are paused "
                + "until it stays unchanged for a while.",
                RuleIds.Contended)
            : null;

    public static Decision? CorrectDrift(ModuleCase module) =>
        module.Bound is { } observed
            ? Update(module, observed, RuleIds.CorrectDrift, Reasons.DriftDetected, "Changed from outside.")
            : null;

    private static Decision Update(
        ModuleCase module, ObservedModule observed, string rule, string reason, string message) =>
        module.Act(reason, message,
            new PlannedAction.Update(module.Module, observed.Key, observed.Content, rule, reason));

    private static bool IsInSync(ModuleCase module, ObservedModule observed) =>
        observed.Content.Fingerprint == module.Module.Content.Fingerprint
            || (!IsDesiredChanged(module) && observed.Content.Fingerprint == module.Entry!.Settled);

    private static bool IsDesiredChanged(ModuleCase module) =>
        module.Entry!.Applied != module.Module.Content.Fingerprint || module.Entry.Replacing;
}
