using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Execution;

/// <summary>Turns the verdicts of a plan into those after its execution, by what the ledger has acknowledged.</summary>
internal static class FinalVerdicts
{
    private static readonly TimeSpan RestoreAgain = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RegisterAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RegisterAgainMax = TimeSpan.FromMinutes(1);

    public static ImmutableArray<ModuleVerdict> Of(PassRun run, Plan plan, PassMemory memory)
    {
        var last = run.Executed
            .Where(executed => executed.Action.Owner() is not null)
            .ToLookup(executed => executed.Action.Owner()!.Uid, StringComparer.Ordinal);
        return
        [
            .. plan.Verdicts.Select(verdict =>
                After(run, run.VerdictOf(verdict.Owner) ?? verdict, last[verdict.Owner.Uid].LastOrDefault(), memory)),
        ];
    }

    private static ModuleVerdict After(
        PassRun run, ModuleVerdict verdict, ExecutedAction? executed, PassMemory memory)
    {
        var entry = run.Session.Ledger.Entries.GetValueOrDefault(verdict.Owner.Uid);
        var current = verdict with { Key = entry?.Key, Applied = entry?.Applied };
        if (executed is null)
        {
            return NotReached(run, current);
        }

        if (executed.Unknown)
        {
            return current with
            {
                Progress = Progress.Reconciling,
                Reason = Reasons.ResolvingCreate,
                Message = $"The outcome of the create is unknown ({executed.Fault!.Message})",
                Rule = RuleIds.Unknown,
                WakeAfter = TimeSpan.FromSeconds(1),
            };
        }

        return executed.Fault is { } fault
            ? Failed(current, fault, entry, memory)
            : Succeeded(current, executed.Action, entry, run.Session.Ledger.MayCommitLate(verdict.Owner.Uid));
    }

    /// <summary>A replacement that ended badly is looked at again soon: the module may be absent by our own
    /// doing.</summary>
    private static ModuleVerdict Failed(
        ModuleVerdict verdict, RemoteFault fault, LedgerEntry? entry, PassMemory memory)
    {
        var failed = Failed(verdict, fault);
        if (fault is RemoteFault.KeyConflict && entry is { Replacing: true, Key: { } key })
        {
            return failed with { WakeAfter = RegistersAgainAfter(memory.Barred(key)) };
        }

        return entry is { Former: not null } && failed is { Progress: Progress.Stalled, WakeAfter: null }
            ? failed with { WakeAfter = RestoreAgain }
            : failed;
    }

    /// <summary>As long again as it has lasted: a register of ours that was late is seen at once, and a key that
    /// somebody else holds is not asked for each second (seed 40166 on ConnectConfluence).</summary>
    private static TimeSpan RegistersAgainAfter(TimeSpan barredFor) =>
        barredFor < RegisterAgain ? RegisterAgain : barredFor < RegisterAgainMax ? barredFor : RegisterAgainMax;

    private static ModuleVerdict Failed(ModuleVerdict verdict, RemoteFault fault)
    {
        var rule = FaultRules.For(fault);
        return verdict with
        {
            Progress = rule.Progress, Reason = rule.Reason, Message = fault.Message, WakeAfter = rule.RetryAfter,
        };
    }

    private static ModuleVerdict Succeeded(
        ModuleVerdict verdict, PlannedAction action, LedgerEntry? entry, bool mayCommitLate) => action switch
    {
        PlannedAction.Delete delete when entry is null => delete.Rule == RuleIds.Replace
            ? verdict with { WakeAfter = TimeSpan.Zero }
            : mayCommitLate
            ? verdict with { WakeAfter = TimeSpan.FromSeconds(1) }
            : verdict with { Released = true, Message = $"Remote module {delete.Key} is deleted." },
        PlannedAction.Delete => verdict,
        PlannedAction.Update { Restores: true } => verdict with
        {
            Progress = Progress.Stalled, Reason = Reasons.InvalidData, Rule = RuleIds.TerminalRefusal,
            Message = "The remote refused this content; the former definition is registered again. Change the spec or "
                + "request a pass.",
        },
        _ when entry is { Phase: EntryPhase.Bound } =>
            verdict with { Progress = Progress.Ready, Reason = Reasons.Synced, Message = "In sync." },
        _ => verdict,
    };

    /// <summary>A planned action that a poisoned pass did not get to shows why.</summary>
    private static ModuleVerdict NotReached(PassRun run, ModuleVerdict verdict) =>
        verdict.Progress == Progress.Reconciling && run.Poison is { } poison && verdict.WakeAfter is null
            ? Failed(verdict, poison)
            : verdict;
}
