using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Execution;

/// <summary>Verdicts of a pass that did not see the remote: only what the ledger proves, nothing invented.</summary>
internal static class LedgerVerdicts
{
    /// <summary>The remote could not be read. A module that was in sync keeps saying so through a passing fault; when
    /// we have no access at all, every module says that.</summary>
    public static ImmutableArray<ModuleVerdict> Blind(Ledger ledger, Situation situation, RemoteFault fault)
    {
        var rule = FaultRules.For(fault);
        return Each(ledger, situation, (module, entry) =>
            !module.Deleting && entry is { Phase: EntryPhase.Bound } && entry.Applied == module.Content.Fingerprint
                && !FaultRules.DeniesAccess(fault)
                ? new ModuleVerdict(
                    module.Owner, Progress.Ready, Reasons.Synced, "In sync when last seen.", RuleIds.Fault)
                : new ModuleVerdict(module.Owner, rule.Progress, rule.Reason, fault.Message, RuleIds.Fault));
    }

    public static ImmutableArray<ModuleVerdict> Suspended(Ledger ledger, Situation situation) =>
        Each(ledger, situation, (module, _) => new ModuleVerdict(
            module.Owner, Progress.Paused, Reasons.Suspended, "The installation is suspended.", RuleIds.Suspended));

    private static ImmutableArray<ModuleVerdict> Each(
        Ledger ledger, Situation situation, Func<DesiredModule, LedgerEntry?, ModuleVerdict> judge) =>
    [
        .. situation.Desired.Select(module =>
        {
            var entry = ledger.Entries.GetValueOrDefault(module.Owner.Uid);
            return IsReleased(module, entry, situation.Installation, ledger)
                ? new ModuleVerdict(module.Owner, Progress.Reconciling, Reasons.Deleting, "Nothing is left to delete.",
                    RuleIds.Release) { Released = true }
                : Standing(module) is { } standing
                    ? standing with { Key = entry?.Key, Applied = entry?.Applied }
                    : judge(module, entry) with { Key = entry?.Key, Applied = entry?.Applied };
        }),
    ];

    /// <summary>A mirrored key without an entry may be a lost ledger (T2m), and a create without an answer may still be
    /// carried out (T10i): both take a list to tell.</summary>
    private static bool IsReleased(
        DesiredModule module, LedgerEntry? entry, Installation installation, Ledger ledger) =>
        module.Deleting && entry is null
            && ((module.MirroredKey is null && !ledger.MayCommitLate(module.Owner.Uid))
                || Deletions.MeansRelease(module, installation));

    private static ModuleVerdict? Standing(DesiredModule module) => module switch
    {
        { Suspended: true } => new(module.Owner, Progress.Paused, Reasons.Suspended, "Suspended.", RuleIds.Suspended),
        { Invalid: { } error, Deleting: false } =>
            new(module.Owner, Progress.Stalled, Reasons.InvalidData, error, RuleIds.Invalid),
        _ => null,
    };
}
