using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Status;

namespace Reconciler.Core.Execution;

/// <summary>Turns the verdicts of a plan into those after its execution, by what the ledger has acknowledged.</summary>
internal static class FinalVerdicts
{
    public static ImmutableArray<ModuleVerdict> Of(PassRun run, Plan plan)
    {
        var last = run.Executed
            .Where(executed => executed.Action.Owner() is not null)
            .ToLookup(executed => executed.Action.Owner()!.Uid, StringComparer.Ordinal);
        return
        [
            .. plan.Verdicts.Select(verdict =>
                After(run, run.VerdictOf(verdict.Owner) ?? verdict, last[verdict.Owner.Uid].LastOrDefault())),
        ];
    }

    private static ModuleVerdict After(PassRun run, ModuleVerdict verdict, ExecutedAction? executed)
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

        return executed.Fault is { } fault ? Failed(current, fault) : Succeeded(current, executed.Action, entry);
    }

    private static ModuleVerdict Failed(ModuleVerdict verdict, RemoteFault fault)
    {
        var rule = FaultRules.For(fault);
        return verdict with
        {
            Progress = rule.Progress, Reason = rule.Reason, Message = fault.Message, WakeAfter = rule.RetryAfter,
        };
    }

    private static ModuleVerdict Succeeded(
        ModuleVerdict verdict, PlannedAction action, LedgerEntry? entry) => action switch
    {
        PlannedAction.Delete delete when entry is null => delete.Rule == RuleIds.Replace
            ? verdict with { WakeAfter = TimeSpan.Zero }
            : verdict with { Released = true, Message = $"Remote module {delete.Key} is deleted." },
        PlannedAction.Delete => verdict,
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
