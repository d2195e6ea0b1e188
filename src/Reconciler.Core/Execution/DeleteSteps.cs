using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Execution;

/// <summary>T10, T11, P1: announce, DELETE, see it gone, and only then forget it. Deletes are idempotent, so a crash
/// anywhere repeats them.</summary>
internal sealed class DeleteSteps(IModuleRegistry registry, PassMemory memory, PassOptions options)
{
    /// <summary>The write-ahead part: entries enter phase Deleting.</summary>
    public static Ledger Announce(Ledger ledger, ImmutableArray<PlannedAction> actions, DateTimeOffset now) =>
        actions.OfType<PlannedAction.Delete>()
            .Aggregate(ledger, (current, delete) => current.MarkDeleting(delete.Owner.Uid, delete.Rule, now));

    public async Task RunAsync(PassRun run, ImmutableArray<PlannedAction> actions, CancellationToken cancellationToken)
    {
        foreach (var action in actions.Where(action => action.Destroys()))
        {
            if (run.Halted)
            {
                return;
            }

            await DeleteAsync(run, action, action.Key()!, cancellationToken);
        }
    }

    private async Task DeleteAsync(PassRun run, PlannedAction action, string key, CancellationToken cancellationToken)
    {
        if (await registry.DeleteAsync(key, cancellationToken) is DeleteOutcome.Failed failed)
        {
            run.Done(action, key, failed.Fault);
            return;
        }

        switch (await registry.GetAsync(key, cancellationToken))
        {
            case LookupOutcome.Absent:
                Confirm(run, action, key);
                break;
            case LookupOutcome.Found:
                run.Done(action, key, fault: null);
                Wait(run, action, key);
                break;
            case LookupOutcome.Failed lookup:
                run.Done(action, key, lookup.Fault);
                break;
            default:
                throw new InvalidOperationException("unhandled lookup outcome");
        }
    }

    private void Confirm(PassRun run, PlannedAction action, string key)
    {
        memory.Deleted(key);
        run.ExistingKeys.Remove(key);
        run.Done(action, key, fault: null);
        var now = run.Session.Now;
        switch (action)
        {
            case PlannedAction.Delete delete:
                run.Session.Defer(ledger => ledger.Remove(delete.Owner.Uid)
                    .Note(now, delete.Owner.Uid, delete.Rule, $"{key} is deleted"));
                break;
            case PlannedAction.DeleteOrphan:
                run.Session.Defer(ledger => ledger.ForgiveKey(key));
                break;
            case PlannedAction.Prune:
                // Nobody's module: the ledger never knew it.
                break;
            default:
                throw new InvalidOperationException($"unhandled {action.GetType().Name}");
        }
    }

    private void Wait(PassRun run, PlannedAction action, string key)
    {
        run.OrphanWake = options.Windows.Consistency;
        if (action.Owner() is { } owner)
        {
            run.Conclude(new ModuleVerdict(owner, Progress.Reconciling, Reasons.Deleting,
                $"Remote module {key} was deleted and is still readable; looking again.", action.Rule)
            {
                Key = key,
                WakeAfter = options.Windows.Consistency,
            });
        }
    }
}
