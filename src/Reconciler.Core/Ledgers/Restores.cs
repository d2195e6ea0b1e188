using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>
/// Resources restored from a backup come back with new UIDs (crash-safety.md §6): their entries follow the name. A new
/// UID under an old name is otherwise impossible but after a forced finalizer removal, where following is right as
/// well.
/// </summary>
public static class Restores
{
    public static Ledger Rekey(this Ledger ledger, IEnumerable<DesiredModule> desired, DateTimeOffset now)
    {
        var modules = desired.ToImmutableArray();
        var living = modules.Select(module => module.Owner.Uid).ToImmutableHashSet(StringComparer.Ordinal);
        var strays = ledger.Entries
            .Where(pair => !living.Contains(pair.Key))
            .GroupBy(pair => pair.Value.Owner.ToString(), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Key, StringComparer.Ordinal);
        return strays.Count == 0
            ? ledger
            : modules
                .Where(module => !ledger.Entries.ContainsKey(module.Owner.Uid))
                .Aggregate(ledger, (current, module) =>
                    strays.Remove(module.Owner.ToString(), out var old)
                        ? current.Move(old, module.Owner, now)
                        : current);
    }

    private static Ledger Move(this Ledger ledger, string oldUid, ModuleOwner owner, DateTimeOffset now)
    {
        var entry = ledger.Entries[oldUid] with { Owner = owner };
        return (ledger with
        {
            Entries = ledger.Entries.Remove(oldUid).Add(owner.Uid, entry),
            ClosedAttempts =
            [
                .. ledger.ClosedAttempts.Select(closed =>
                    closed.OwnerUid == oldUid ? closed with { OwnerUid = owner.Uid } : closed),
            ],
        }).Note(now, owner.Uid, RuleIds.Rekey, $"entry of {owner} follows its name from UID {oldUid}");
    }
}
