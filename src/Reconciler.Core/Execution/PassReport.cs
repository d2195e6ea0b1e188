using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Execution;

/// <summary>Sums a pass up: its outcome, where the installation stands, and the counts.</summary>
internal static class PassReport
{
    private static readonly ImmutableArray<string> PlanWideReasons =
        [Reasons.BreakerOpen, Reasons.ApprovalRequired, Reasons.QuotaExceeded];

    /// <summary>The ledger could not be read or written: nothing is known, so no verdict is given.</summary>
    public static PassResult WithoutLedger(string problem) => new(
        new PassOutcome.LedgerUnavailable(problem), [], null, null,
        new InstallationVerdict(Progress.Reconciling, Reasons.RemoteUnavailable, Sentence(problem)), null);

    /// <summary>The remote could not be read.</summary>
    public static PassResult Blind(
        Ledger ledger, ImmutableArray<ModuleVerdict> verdicts, RemoteFault fault, TimeSpan? left = null)
    {
        var rule = FaultRules.For(fault);
        var progress = fault is RemoteFault.Unauthorized ? Progress.Stalled : rule.Progress;
        return new PassResult(
            new PassOutcome.Retry(fault, left ?? rule.RetryAfter), verdicts, null, ledger,
            new InstallationVerdict(progress, rule.Reason, fault.Message), null);
    }

    public static PassResult Suspended(Ledger ledger, ImmutableArray<ModuleVerdict> verdicts) => new(
        new PassOutcome.Settled(), verdicts, null, ledger,
        new InstallationVerdict(Progress.Paused, Reasons.Suspended, "Suspended."), null);

    /// <summary>The ledger is another cluster's: the plan is shown, nothing is written, not even the ledger.</summary>
    public static PassResult Foreign(PassInput input, Ledger ledger, Plan? plan) => Standstill(
        input, ledger, plan, Reasons.TakeoverPending, RuleIds.Takeover,
        $"The ledger belongs to cluster {ledger.ClusterId}: annotate the Installation with "
        + $"reconciler.io/confirm-takeover: {input.ClusterId} to take its modules over.");

    /// <summary>spec.api was changed under the modules that the ledger holds: nothing is asked and nothing is
    /// written.</summary>
    public static PassResult OfAnotherApi(PassInput input, Ledger ledger) => Standstill(
        input, ledger, plan: null, Reasons.InvalidData, RuleIds.Invalid,
        $"spec.api of the Installation is {input.Installation.Api}, but its {ledger.Entries.Count} modules are "
        + $"registered with {ledger.Api}: set spec.api back to {ledger.Api}; to move them, make a second Installation "
        + "and run 'reconciler migrate'.");

    /// <summary>spec.baseUrl (or the tenant) was changed under the modules that the ledger holds: nothing is asked and
    /// nothing is written until a person says that they are there.</summary>
    public static PassResult OfAnotherRemote(PassInput input, Ledger ledger)
    {
        var (known, wanted) = (ledger.Remote!, input.Installation.Remote!);
        return Standstill(
            input, ledger, plan: null, Reasons.TakeoverPending, RuleIds.Takeover,
            $"The ledger's {ledger.Entries.Count} modules are registered at {known}, and the Installation now names "
            + $"{wanted}: set it back, or, if they are there too, annotate the Installation with "
            + $"reconciler.io/confirm-takeover: {wanted.NewSince(known)}.");
    }

    /// <summary>Nothing is done about any module, for one reason.</summary>
    private static PassResult Standstill(
        PassInput input, Ledger ledger, Plan? plan, string reason, string rule, string message)
    {
        ImmutableArray<ModuleVerdict> verdicts =
        [
            .. input.Desired
                .OrderBy(module => module.Owner.ToString(), StringComparer.Ordinal)
                .Select(module => new ModuleVerdict(module.Owner, Progress.Stalled, reason, message, rule)
                {
                    Released = module is { Deleting: true, Abandoned: true },
                }),
        ];
        return new PassResult(
            new PassOutcome.Stalled(reason, message), verdicts, plan, ledger,
            new InstallationVerdict(Progress.Stalled, reason, message), null);
    }

    public static PassResult Seen(
        PassRun run, Plan plan, ImmutableArray<ModuleVerdict> verdicts, string? warning)
    {
        var installation = Judge(run, plan, verdicts, warning);
        return new PassResult(
            Outcome(run, installation, plan, verdicts), verdicts, plan, run.Session.Ledger, installation,
            Count(run, verdicts))
        {
            Executed = [.. run.Executed],
        };
    }

    private static PassOutcome Outcome(
        PassRun run, InstallationVerdict installation, Plan plan, ImmutableArray<ModuleVerdict> verdicts)
    {
        if (run.Session.Problem is { } problem)
        {
            return new PassOutcome.LedgerUnavailable(problem);
        }

        if (run.Poison is { } poison)
        {
            return new PassOutcome.Retry(poison, FaultRules.For(poison).RetryAfter);
        }

        if (run.Transient is { } fault)
        {
            return new PassOutcome.Retry(fault, FaultRules.For(fault).RetryAfter) { Wake = Wake(run, verdicts) };
        }

        if (run.IsTimeUp && HasMoreToDo(run, plan))
        {
            return new PassOutcome.Wait(TimeSpan.Zero);
        }

        if (Wake(run, verdicts) is { } after)
        {
            return new PassOutcome.Wait(after);
        }

        return installation.Progress == Progress.Stalled && !plan.Held.IsEmpty
            ? new PassOutcome.Stalled(installation.Reason, installation.Message)
            : new PassOutcome.Settled();
    }

    /// <summary>When the first of what time resolves is due; null: nothing is.</summary>
    private static TimeSpan? Wake(PassRun run, ImmutableArray<ModuleVerdict> verdicts)
    {
        var wake = verdicts.Select(verdict => verdict.WakeAfter)
            .Append(run.OrphanWake).Append(MadeRoom(run, verdicts) ? TimeSpan.Zero : null).Min();
        return wake < TimeSpan.Zero ? TimeSpan.Zero : wake;
    }

    private static bool HasMoreToDo(PassRun run, Plan plan)
    {
        var begun = run.Executed.Select(executed => executed.Action)
            .ToHashSet<PlannedAction>(ReferenceEqualityComparer.Instance);
        return plan.Actions.Any(action => !begun.Contains(action));
    }

    /// <summary>The plan was made when the quota was full; a delete of this pass has since made room for what
    /// waits.</summary>
    private static bool MadeRoom(PassRun run, ImmutableArray<ModuleVerdict> verdicts) =>
        verdicts.Any(verdict => verdict.Reason == Reasons.QuotaExceeded)
            && run.Executed.Any(executed =>
                executed is { Fault: null, Key: { } key } && executed.Action.Destroys()
                    && !run.ExistingKeys.Contains(key));

    private static InstallationVerdict Judge(
        PassRun run, Plan plan, ImmutableArray<ModuleVerdict> verdicts, string? warning)
    {
        if (run.Poison is { } fault)
        {
            var rule = FaultRules.For(fault);
            var progress = fault is RemoteFault.Unauthorized ? Progress.Stalled : rule.Progress;
            return new InstallationVerdict(progress, rule.Reason, fault.Message);
        }

        var held = plan.Held.FirstOrDefault(action => PlanWideReasons.Contains(action.Reason));
        if (held is not null)
        {
            return new InstallationVerdict(Progress.Stalled, held.Reason, held.Message);
        }

        if (verdicts.FirstOrDefault(verdict => verdict.Reason == Reasons.QuotaExceeded) is { } full)
        {
            return new InstallationVerdict(Progress.Stalled, full.Reason, full.Message);
        }

        var working = verdicts.FirstOrDefault(
            verdict => verdict is { Progress: Progress.Reconciling, Released: false });
        return working is not null
            ? new InstallationVerdict(Progress.Reconciling, working.Reason, $"{working.Owner}: {working.Message}")
            : new InstallationVerdict(Progress.Ready, Reasons.Synced, Summary(verdicts, warning));
    }

    private static string Summary(ImmutableArray<ModuleVerdict> verdicts, string? warning)
    {
        var ready = verdicts.Count(verdict => verdict.Progress == Progress.Ready);
        var stalled = verdicts.Count(verdict => verdict.Progress == Progress.Stalled);
        var summary = $"{ready} of {verdicts.Count(verdict => !verdict.Released)} modules in sync";
        summary += stalled == 0 ? "." : $", {stalled} need attention.";
        return warning is null ? summary : $"{summary} {Sentence(warning)}";
    }

    private static ModuleCounts Count(PassRun run, ImmutableArray<ModuleVerdict> verdicts)
    {
        var ledger = run.Session.Ledger;
        var claimed = ledger.ClaimedKeys();
        var living = run.Input.Desired.Where(module => !module.Deleting).ToImmutableArray();
        return new ModuleCounts(
            Desired: living.Length,
            Bound: ledger.Entries.Values.Count(entry => entry.Phase == EntryPhase.Bound),
            Remote: run.ExistingKeys.Count,
            Unmanaged: run.ExistingKeys.Count(key => !claimed.Contains(key)),
            Pending: verdicts.Count(verdict => verdict is { Progress: Progress.Reconciling, Released: false }),
            Orphans: ledger.Orphans.Length);
    }

    private static string Sentence(string text) =>
        text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
}
