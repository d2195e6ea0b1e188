using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// Entries that end without a remote write: T10r (the module stays), the escape of T10i (the debt moves to the
/// orphans), and owners that vanished under an Orphan policy. Needs no list, so a resource can go while the remote is
/// away.
/// </summary>
public static class Releases
{
    public static Ledger Apply(Ledger ledger, Situation situation)
    {
        foreach (var module in situation.Desired)
        {
            if (module.Deleting && ledger.Entries.GetValueOrDefault(module.Owner.Uid) is { } entry)
            {
                ledger = Release(ledger, situation, module, entry);
            }
        }

        return ReleaseVanished(ledger, situation);
    }

    private static Ledger Release(Ledger ledger, Situation situation, DesiredModule module, LedgerEntry entry)
    {
        var uid = module.Owner.Uid;
        if (entry.Phase == EntryPhase.Intent)
        {
            // The result of an open create is unknown; only an explicit word lets the resource go before it is (T10i).
            return module.Abandoned ? ledger.Abandon(uid, situation.Now)
                : situation.Rules.HoldFinalizer ? ledger
                : ledger.Remove(uid);
        }

        if (!Deletions.MeansRelease(module, situation.Installation))
        {
            return ledger;
        }

        var owesDelete = module is { Abandoned: true, DeletionPolicy: DeletionPolicy.Delete }
            && situation.Installation.Mode == ManagementMode.Manage;
        return owesDelete
            ? ledger.Abandon(uid, situation.Now)
            : ledger.LetGo(uid)
                .Note(situation.Now, uid, RuleIds.Release, $"released, {entry.Key} stays");
    }

    private static Ledger ReleaseVanished(Ledger ledger, Situation situation)
    {
        foreach (var (uid, entry) in ledger.Entries)
        {
            if (entry is { Phase: EntryPhase.Bound, DeletionPolicy: DeletionPolicy.Orphan }
                && !situation.ByUid.ContainsKey(uid) && situation.HasVanished(uid))
            {
                ledger = ledger.LetGo(uid)
                    .Note(situation.Now, uid, RuleIds.Release, $"{entry.Owner} vanished, {entry.Key} stays");
            }
        }

        return ledger;
    }
}
