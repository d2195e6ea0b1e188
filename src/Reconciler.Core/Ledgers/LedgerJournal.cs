using System.Collections.Immutable;
using System.Globalization;

namespace Reconciler.Core.Ledgers;

/// <summary>The bounded list of last decisions that <c>reconciler why</c> reads.</summary>
public static class LedgerJournal
{
    /// <summary>Lines kept: two for each of 100 modules.</summary>
    public const int MaxLines = 200;

    /// <param name="inputs">What the decision was made from; written together with the decision, so that a pass that
    /// decides nothing writes nothing (M1).</param>
    public static Ledger Note(
        this Ledger ledger, DateTimeOffset now, string ownerUid, string rule, string message,
        params ReadOnlySpan<(string Name, object? Value)> inputs)
    {
        var line = new JournalLine(now, ownerUid, rule, message) { Inputs = Named(inputs) };
        return ledger with { Journal = Bound(ledger.Journal.Add(line)) };
    }

    private static ImmutableSortedDictionary<string, string> Named(ReadOnlySpan<(string Name, object? Value)> inputs)
    {
        var named = JournalLine.NoInputs;
        foreach (var (name, value) in inputs)
        {
            if (value is not null)
            {
                named = named.SetItem(name, Text(value));
            }
        }

        return named;
    }

    private static string Text(object value) => value is TimeSpan age
        ? age.TotalSeconds.ToString("0.#'s'", CultureInfo.InvariantCulture)
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static ImmutableArray<JournalLine> Bound(ImmutableArray<JournalLine> journal) =>
        journal.Length <= MaxLines ? journal : journal.RemoveRange(0, journal.Length - MaxLines);
}
