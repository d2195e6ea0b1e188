using System.Collections.Immutable;

namespace Reconciler.Core.Ledgers;

/// <summary>What a ledger claims: the keys that are ours and the creates that are still open.</summary>
public static class LedgerClaims
{
    /// <summary>Keys in entries ∪ orphans.</summary>
    public static ImmutableSortedSet<string> ClaimedKeys(this Ledger ledger)
    {
        var keys = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        keys.UnionWith(AllClaims(ledger));
        return keys.ToImmutable();
    }

    public static bool Claims(this Ledger ledger, string key) =>
        AllClaims(ledger).Contains(key, StringComparer.Ordinal);

    /// <summary>Modules the remote may hold as far as we know: listed, claimed, or announced without a key
    /// (I7).</summary>
    public static int CountOccupied(this Ledger ledger, IEnumerable<string> observedKeys)
    {
        var keys = ledger.ClaimedKeys().Union(observedKeys);
        var announced = ledger.Entries.Values.Count(entry => entry is { Attempt: not null, Key: null })
            + ledger.Orphans.Count(orphan => orphan is { Attempt: not null, Key: null });
        return keys.Count + announced;
    }

    /// <summary>I1: a key appears in at most one of entries and orphans. Null when it holds.</summary>
    public static string? FindDoubleClaim(this Ledger ledger)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return AllClaims(ledger).FirstOrDefault(key => !seen.Add(key));
    }

    /// <exception cref="InvalidOperationException">I1 is broken: a defect of ours, never of the input.</exception>
    public static Ledger RequireInjectiveClaims(this Ledger ledger) =>
        ledger.FindDoubleClaim() is { } key
            ? throw new InvalidOperationException($"ledger of {ledger.Installation} claims key {key} twice (I1)")
            : ledger;

    private static IEnumerable<string> AllClaims(Ledger ledger) =>
        ledger.Entries.Values.Select(entry => entry.Key)
            .Concat(ledger.Orphans.Select(orphan => orphan.Key))
            .OfType<string>();
}
