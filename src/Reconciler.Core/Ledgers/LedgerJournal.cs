using System.Collections.Immutable;

namespace Reconciler.Core.Ledgers;

/// <summary>The bounded list of last decisions that <c>reconciler why</c> reads.</summary>
public static class LedgerJournal
{
    /// <summary>Lines kept: two for each of 100 modules.</summary>
    public const int MaxLines = 200;

    public static Ledger Note(this Ledger ledger, DateTimeOffset now, string ownerUid, string rule, string message)
    {
        var journal = ledger.Journal.Add(new JournalLine(now, ownerUid, rule, message));
        return ledger with { Journal = Bound(journal) };
    }

    private static ImmutableArray<JournalLine> Bound(ImmutableArray<JournalLine> journal) =>
        journal.Length <= MaxLines ? journal : journal.RemoveRange(0, journal.Length - MaxLines);
}
