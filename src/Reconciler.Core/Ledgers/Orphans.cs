using System.Collections.Immutable;

namespace Reconciler.Core.Ledgers;

/// <summary>What we owe the world (T11): modules to delete, and attempts of abandoned resources to resolve.</summary>
public static class Orphans
{
    public static Ledger Owe(this Ledger ledger, Orphan orphan) =>
        ledger with { Orphans = ledger.Orphans.Add(orphan) };

    /// <summary>The debt is paid or void.</summary>
    public static Ledger Forgive(this Ledger ledger, Orphan orphan) =>
        ledger with { Orphans = ledger.Orphans.Remove(orphan) };

    public static Ledger ForgiveKey(this Ledger ledger, string key)
    {
        var kept = ledger.Orphans.Where(orphan => orphan.Key != key).ToImmutableArray();
        return kept.Length == ledger.Orphans.Length ? ledger : ledger with { Orphans = kept };
    }

    public static Ledger ReplaceOrphan(this Ledger ledger, Orphan old, Orphan replacement) =>
        ledger with { Orphans = ledger.Orphans.Replace(old, replacement) };

    /// <summary>T10i: the resource goes now, its module or its open attempt becomes our debt.</summary>
    public static Ledger Abandon(this Ledger ledger, string uid, DateTimeOffset now)
    {
        var entry = ledger.Entries[uid];
        var orphan = new Orphan(entry.Attempt is null ? entry.Key : null, entry.Applied,
            $"{entry.Owner} was abandoned", now)
        {
            Attempt = entry.Attempt,
        };
        return ledger.Remove(uid).Owe(orphan).Note(now, uid, RuleIds.ResolveFirst, "abandoned, resolved in background");
    }
}
