using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Status;

/// <summary>
/// From a pass's verdict to the status that is shown: pure, so that equal input gives equal output and a status that is
/// equal need not be written (M1). Verdicts know nothing of conditions; this is the only place that makes them.
/// </summary>
public static class StatusProjection
{
    /// <summary>Status of a module after a pass.</summary>
    /// <param name="generation">The generation the pass worked from.</param>
    /// <param name="handledReconcileAt">The force token the pass served; null when the resource has none.</param>
    /// <param name="keysKnown">False when the pass did not see the remote (<see cref="PassResult.KnowsKeys"/>): key and
    /// fingerprint stay as they were, since a null in the verdict then means "not known" and not "none".</param>
    public static ModuleStatus Project(
        ModuleStatus previous, ModuleVerdict verdict, long generation, string? handledReconcileAt, DateTimeOffset now,
        bool keysKnown = true) => previous with
        {
            Key = verdict.Key ?? (keysKnown ? null : previous.Key),
            Fingerprint = verdict.Applied?.Value ?? (keysKnown ? null : previous.Fingerprint),
            ObservedGeneration = generation,
            LastHandledReconcileAt = handledReconcileAt ?? previous.LastHandledReconcileAt,
            Conditions = previous.Conditions.With(verdict.Progress, verdict.Reason, verdict.Message, generation, now),
        };

    /// <summary>Status of an installation after a pass. What the pass could not learn stays as it was.</summary>
    public static InstallationStatus Project(
        InstallationStatus previous, PassResult result, Installation installation, long generation,
        string? handledReconcileAt, DateTimeOffset? credentialsExpireAt, DateTimeOffset now)
    {
        var verdict = result.Installation;
        var next = previous with
        {
            ObservedGeneration = generation,
            Conditions = previous.Conditions.With(verdict.Progress, verdict.Reason, verdict.Message, generation, now),
            Modules = result.Counts ?? previous.Modules,
            Quota = result.Counts is { } counts
                ? new QuotaUse(counts.Remote + OpenIntents(result.Ledger), installation.Quota)
                : previous.Quota,
            Plan = result.Plan is { } plan ? Summarize(plan, result.Executed) : previous.Plan,
            CredentialsExpireAt = credentialsExpireAt
                ?? (result.Counts is null ? previous.CredentialsExpireAt : null),
            LastHandledReconcileAt = handledReconcileAt ?? previous.LastHandledReconcileAt,
        };
        var sawAll = result.Counts is not null;
        return sawAll && (next != previous || previous.LastSyncTime is null)
            ? next with { LastSyncTime = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) }
            : next;
    }

    /// <summary>What to tell about the step from <paramref name="previous"/> to <paramref name="next"/>.</summary>
    public static ImmutableArray<StatusEvent> Events(ModuleStatus previous, ModuleStatus next)
    {
        var rebound = next.Key is not null && !string.Equals(previous.Key, next.Key, StringComparison.Ordinal);
        return Events(previous.Conditions, next.Conditions, rebound, next.Key);
    }

    /// <inheritdoc cref="Events(ModuleStatus, ModuleStatus)"/>
    public static ImmutableArray<StatusEvent> Events(InstallationStatus previous, InstallationStatus next) =>
        Events(previous.Conditions, next.Conditions, rebound: false, key: null);

    private static ImmutableArray<StatusEvent> Events(
        ConditionSet previous, ConditionSet next, bool rebound, string? key)
    {
        if (next.Ready is not { } now)
        {
            return [];
        }

        var before = previous.Ready;
        if (!rebound && before is not null && before.Status == now.Status
            && string.Equals(before.Reason, now.Reason, StringComparison.Ordinal))
        {
            return [];
        }

        var message = key is null || now.Message.Contains(key, StringComparison.Ordinal)
            ? now.Message
            : $"{now.Message} (key {key})";
        return [new StatusEvent(SeverityOf(next, now), now.Reason, message)];
    }

    /// <summary>What the failure catalogue says of the reason, and always a warning when a person must act.</summary>
    private static EventSeverity SeverityOf(ConditionSet conditions, Condition ready)
    {
        var row = ReasonCatalogue.Entries.FirstOrDefault(
            entry => string.Equals(entry.Reason, ready.Reason, StringComparison.Ordinal));
        return row is { Warning: true } || conditions.Find(ConditionTypes.Stalled) is not null
            ? EventSeverity.Warning
            : EventSeverity.Normal;
    }

    private static int OpenIntents(Ledger? ledger) =>
        ledger?.Entries.Values.Count(entry => entry.Phase == EntryPhase.Intent) ?? 0;

    private static PlanSummary Summarize(Plan plan, ImmutableArray<ExecutedAction> executed)
    {
        var done = executed.Where(step => step.Fault is null && !step.Unknown).Select(step => step.Action).ToHashSet();
        var left = plan.Actions.Where(action => !done.Contains(action))
            .Concat(plan.Held.Select(held => held.Action))
            .ToList();
        var creates = left.Count(action => action is PlannedAction.Create);
        var updates = left.Count(action => action is PlannedAction.Update);
        var deletes = left.Count(action =>
            action is PlannedAction.Delete or PlannedAction.DeleteOrphan or PlannedAction.Prune);
        return new PlanSummary(creates + updates + deletes == 0 ? null : plan.Hash, creates, updates, deletes);
    }
}
