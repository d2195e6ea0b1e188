using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>Changes of single entries: bind, settle, mark, remove.</summary>
public static class Bindings
{
    /// <summary>Binds a new or announced entry to a key; an open attempt is closed by it.</summary>
    public static Ledger Bind(
        this Ledger ledger, string uid, string key, Fingerprint applied, Fingerprint? settled, DateTimeOffset now)
    {
        var bound = ledger.Entries[uid] with
        {
            Phase = EntryPhase.Bound,
            Key = key,
            Applied = applied,
            Settled = settled,
            Attempt = null,
            BoundAt = now,
        };
        return ledger with { Entries = ledger.Entries.SetItem(uid, bound) };
    }

    /// <summary>T2: binds a resource without an entry to an existing remote module.</summary>
    public static Ledger BindExisting(
        this Ledger ledger, DesiredModule module, ObservedModule observed, string rule, DateTimeOffset now)
    {
        // Content that covers the desired counts as applied; anything else is a change still to be made (T8).
        var same = observed.Content.RelateTo(module.Content) >= MatchRelation.Covers;
        var applied = same ? module.Content.Fingerprint : observed.Content.Fingerprint;
        var entry = new LedgerEntry(module.Owner, EntryPhase.Bound, observed.Key, applied)
        {
            Settled = observed.Content.Fingerprint,
            DeletionPolicy = module.DeletionPolicy,
            BoundAt = now,
        };
        return (ledger with { Entries = ledger.Entries.SetItem(module.Owner.Uid, entry) })
            .Note(now, module.Owner.Uid, rule, $"bound to existing {observed.Key}", ("key", observed.Key),
                ("match", observed.Content.RelateTo(module.Content)));
    }

    /// <summary>Records what was applied and what the remote made of it. Unchanged when it says nothing new.</summary>
    public static Ledger Settle(this Ledger ledger, string uid, Fingerprint applied, Fingerprint? settled)
    {
        var entry = ledger.Entries[uid];
        return entry.Applied == applied && entry.Settled == settled && !entry.Replacing
            ? ledger
            : ledger with
            {
                Entries = ledger.Entries.SetItem(
                    uid, entry with { Applied = applied, Settled = settled, Replacing = false, Former = null }),
            };
    }

    /// <summary>T10: announces the delete.</summary>
    public static Ledger MarkDeleting(this Ledger ledger, string uid, string rule, DateTimeOffset now)
    {
        var entry = ledger.Entries[uid];
        return entry.Phase == EntryPhase.Deleting
            ? ledger
            : (ledger.DoubtReplacement(uid, now) with
            {
                Entries = ledger.Entries.SetItem(uid, entry with { Phase = EntryPhase.Deleting }),
            }).Note(now, uid, rule, $"deleting {entry.Key}", ("key", entry.Key));
    }

    /// <summary>Announces a delete + register replacement on a remote without an update verb.</summary>
    /// <param name="former">What the remote holds now, or held before the first half; null is for tests.</param>
    public static Ledger MarkReplacing(this Ledger ledger, string uid, ModuleContent? former, DateTimeOffset now)
    {
        var entry = ledger.Entries[uid];
        return ledger.DoubtReplacement(uid, now) with
        {
            Entries = ledger.Entries.SetItem(uid, entry with { Replacing = true, Former = former }),
        };
    }

    /// <summary>A replacement was refused and undone.</summary>
    public static Ledger EndReplacing(this Ledger ledger, string uid) =>
        ledger.Entries.GetValueOrDefault(uid) is { Replacing: true } entry
            ? ledger with { Entries = ledger.Entries.SetItem(uid, entry with { Replacing = false, Former = null }) }
            : ledger;

    /// <summary>Keeps the entry's deletion policy equal to the resource's, for the day the resource has
    /// vanished.</summary>
    public static Ledger KeepPolicy(this Ledger ledger, string uid, DeletionPolicy policy)
    {
        var entry = ledger.Entries[uid];
        return entry.DeletionPolicy == policy
            ? ledger
            : ledger with { Entries = ledger.Entries.SetItem(uid, entry with { DeletionPolicy = policy }) };
    }

    public static Ledger Remove(this Ledger ledger, string uid) =>
        ledger.Entries.ContainsKey(uid) ? ledger with { Entries = ledger.Entries.Remove(uid) } : ledger;
}
