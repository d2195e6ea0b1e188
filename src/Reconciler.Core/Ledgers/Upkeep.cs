using System.Collections.Immutable;

namespace Reconciler.Core.Ledgers;

/// <summary>What every write does on the way: raises the sequence and drops what nothing refers to any more.</summary>
public static class Upkeep
{
    /// <summary>The next version to be written after <paramref name="current"/>.</summary>
    /// <exception cref="InvalidOperationException">A claim is not injective (I1).</exception>
    public static Ledger Seal(this Ledger next, Ledger current) =>
        (next.DropClosedBatches().CapTombstones().DropReclaimed() with { Sequence = current.Sequence + 1 })
            .RequireInjectiveClaims();

    private static Ledger DropClosedBatches(this Ledger ledger)
    {
        var open = ledger.Entries.Values.Select(entry => entry.Attempt)
            .Concat(ledger.Orphans.Select(orphan => orphan.Attempt))
            .OfType<Attempt>()
            .ToLookup(attempt => attempt.BatchId, attempt => attempt.Id, StringComparer.Ordinal);
        var batches = ImmutableSortedDictionary.CreateBuilder<string, Batch>(StringComparer.Ordinal);
        foreach (var (id, batch) in ledger.Batches)
        {
            if (open.Contains(id))
            {
                var ids = open[id].ToHashSet(StringComparer.Ordinal);
                var closed = batch.Sent.Keys.Where(attemptId => !ids.Contains(attemptId));
                batches.Add(id, batch with { Sent = batch.Sent.RemoveRange(closed) });
            }
        }

        return ledger with { Batches = batches.ToImmutable() };
    }

    /// <summary>What was let go and is claimed again is ours again.</summary>
    private static Ledger DropReclaimed(this Ledger ledger) =>
        ledger.Released.IsEmpty ? ledger : ledger with { Released = ledger.Released.Except(ledger.ClaimedKeys()) };

    private static Ledger CapTombstones(this Ledger ledger)
    {
        // Refusals stop repeated POSTs (I12) and doubts about replacements hold finalizers (T10i). Both are small, one
        // for each owner, and outlive the cap.
        var capped = ledger.ClosedAttempts
            .Where(closed => closed is { Verdict: not AttemptVerdict.Rejected, Key: null })
            .ToList();
        var excess = capped.Count - Tombstones.MaxTombstones;
        if (excess <= 0)
        {
            return ledger;
        }

        var oldest = capped.Take(excess).ToImmutableHashSet();
        return ledger with { ClosedAttempts = ledger.ClosedAttempts.RemoveRange(oldest) };
    }
}
