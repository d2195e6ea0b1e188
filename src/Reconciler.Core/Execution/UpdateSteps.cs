using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>T2 and T8: binds are ledger writes, updates are idempotent and tried again whatever happens to
/// them.</summary>
internal sealed class UpdateSteps(IModuleRegistry registry, PassMemory memory, IWriteFence fence)
{
    /// <summary>The write-ahead part: binds, and the announcement of replacements where there is no update
    /// verb.</summary>
    public static Ledger Announce(
        Ledger ledger, ImmutableArray<PlannedAction> actions, Situation situation)
    {
        foreach (var action in actions)
        {
            ledger = action switch
            {
                PlannedAction.Bind bind =>
                    ledger.BindExisting(bind.Module, situation.Find(bind.Key)!, bind.Rule, situation.Now),
                PlannedAction.Update update when situation.Installation.Api.ReplacesOnUpdate() =>
                    ledger.MarkReplacing(
                        update.Module.Owner.Uid, situation.Rules.KeepFormer ? update.Observed : null, situation.Now),
                _ => ledger,
            };
        }

        return ledger;
    }

    public async Task RunAsync(PassRun run, ImmutableArray<PlannedAction> actions, CancellationToken cancellationToken)
    {
        foreach (var bind in actions.OfType<PlannedAction.Bind>())
        {
            run.Done(bind, bind.Key, fault: null);
        }

        foreach (var update in actions.OfType<PlannedAction.Update>())
        {
            if (run.Halted)
            {
                return;
            }

            await UpdateAsync(run, update, cancellationToken);
        }
    }

    private async Task UpdateAsync(PassRun run, PlannedAction.Update update, CancellationToken cancellationToken)
    {
        switch (await SendAsync(run, update, cancellationToken))
        {
            case UpdateOutcome.Updated updated:
                memory.Wrote(update.Key);
                run.ExistingKeys.Add(update.Key);
                if (update.Rule == RuleIds.CorrectDrift)
                {
                    memory.Corrected(update.Key, update.Observed.Fingerprint);
                }

                run.Done(update, update.Key, fault: null);
                Settle(run, update, updated.Content);
                break;
            case UpdateOutcome.Absent:
                run.Done(update, update.Key, new RemoteFault.Malformed(
                    $"Remote module {update.Key} was listed but is not there to be updated.", 404));
                break;
            case UpdateOutcome.Failed failed:
                run.Done(update, update.Key, failed.Fault);
                Refuse(run, update, failed);
                break;
            default:
                throw new InvalidOperationException("unhandled update outcome");
        }
    }

    private Task<UpdateOutcome> SendAsync(
        PassRun run, PlannedAction.Update update, CancellationToken cancellationToken)
    {
        var content = update.Module.Content;
        if (!run.Input.Installation.Api.ReplacesOnUpdate())
        {
            return registry.UpdateAsync(update.Key, content, cancellationToken);
        }

        // Whatever becomes of it, the module may be absent from now on, and that is no lag of a write before this one.
        memory.Disturbed(update.Key);
        return registry.ReplaceAsync(
            update.Key, content, update.Observed, () => fence.Holds, cancellationToken);
    }

    private static void Settle(PassRun run, PlannedAction.Update update, ModuleContent? echoed)
    {
        var content = update.Module.Content;
        var settled = echoed is not null && echoed.RelateTo(content) >= MatchRelation.Covers
            ? echoed.Fingerprint
            : (Fingerprint?)null;
        var uid = update.Module.Owner.Uid;
        var now = run.Session.Now;
        run.Session.Defer(ledger => ledger.Entries.ContainsKey(uid)
            ? ledger.Settle(uid, content.Fingerprint, settled)
                .Note(now, uid, update.Rule, $"updated {update.Key}: {update.Reason}", ("key", update.Key),
                    ("observed", update.Observed.Fingerprint), ("sent", content.Fingerprint))
            : ledger);
    }

    private static void Refuse(PassRun run, PlannedAction.Update update, UpdateOutcome.Failed failed)
    {
        var uid = update.Module.Owner.Uid;
        var now = run.Session.Now;
        if (failed.Restored)
        {
            run.Session.Defer(ledger => ledger.EndReplacing(uid));
        }

        // Why it was refused may be illegible; that the former content was taken back tells that the new one was
        // refused, and trying again would take a working module away each time. A restoration is owed whatever was
        // answered to it: its content was accepted once.
        var isForGood = FaultRules.For(failed.Fault).Final
            || failed is { Restored: true, Fault: RemoteFault.Malformed };
        if (isForGood && !update.Restores)
        {
            run.Session.Defer(ledger => ledger
                .RefuseForGood($"update-{uid}", uid, update.Module.Content.Fingerprint, now)
                .Note(now, uid, RuleIds.TerminalRefusal, failed.Fault.Message, ("key", update.Key),
                    ("sent", update.Module.Content.Fingerprint)));
        }
    }
}
