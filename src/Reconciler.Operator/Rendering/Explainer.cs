using System.Collections.Immutable;
using System.Globalization;
using Reconciler.Core.Ledgers;

namespace Reconciler.Operator.Rendering;

/// <summary>Turns what is on record into an answer. Pure.</summary>
internal static class Explainer
{
    public static Explanation Explain(WhyRecord record) => new(
        Subject(record), record.Key, Decisions(record), NextWake.Of(record), Source(record))
    {
        Ready = record.Owner is null
            ? record.Installation?.Status.Conditions.Ready
            : record.Module?.Status.Conditions.Ready,
        Standing = record.Owner is null ? OfInstallation(record) : OfModule(record),
        LastFault = Lines(record).LastOrDefault(line => line.Rule is RuleIds.Refused or RuleIds.TerminalRefusal),
    };

    private static string Subject(WhyRecord record) =>
        record.Owner is { } owner ? $"DynamicModule {owner}" : $"Installation {record.Key}";

    private static IEnumerable<JournalLine> Lines(WhyRecord record) => (record.Ledger?.Journal ?? [])
        .Where(line => record.Owner is not { } owner || line.OwnerUid == owner.Uid);

    private static ImmutableArray<Decision> Decisions(WhyRecord record) =>
    [
        .. Lines(record).Reverse().Select(line => new Decision(
            line,
            record.Owner is null
                ? record.Ledger!.Entries.GetValueOrDefault(line.OwnerUid)?.Owner.ToString()
                : null)),
    ];

    private static ImmutableArray<(string Name, string Value)> OfInstallation(WhyRecord record)
    {
        if (record.Ledger is not { } ledger)
        {
            return [];
        }

        var bound = ledger.Entries.Values.Count(entry => entry.Phase == EntryPhase.Bound);
        return
        [
            ("bound", Text(bound)),
            ("openCreates", Text(ledger.OpenAttempts().Length)),
            ("deleting", Text(ledger.Entries.Values.Count(entry => entry.Phase == EntryPhase.Deleting))),
            ("orphans", Text(ledger.Orphans.Length)),
            ("tombstones", Text(ledger.ClosedAttempts.Length)),
        ];
    }

    private static ImmutableArray<(string Name, string Value)> OfModule(WhyRecord record)
    {
        if (record.Ledger?.Entries.GetValueOrDefault(record.Owner!.Uid) is not { } entry)
        {
            return [("ledger", "no entry: nothing is registered and nothing is announced")];
        }

        var standing = new List<(string, string)> { ("phase", entry.Phase.ToString()) };
        Add("key", entry.Key);
        Add("boundAt", entry.BoundAt is { } at ? Text(at) : null);
        Add("fingerprint", entry.Applied.Value);
        if (entry.Attempt is { } attempt)
        {
            var open = record.Ledger.OpenAttempts().First(candidate => candidate.Attempt.Id == attempt.Id);
            Add("attempt", attempt.Id);
            Add("number", Text(attempt.Number));
            Add("openedAt", Text(attempt.OpenedAt));
            Add("baseline", $"{open.Baseline.Count} keys existed before");
        }

        return [.. standing];

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                standing.Add((name, value));
            }
        }
    }

    private static string Source(WhyRecord record) => record.Ledger is { } ledger
        ? $"{record.Place}, sequence {ledger.Sequence}, epoch {ledger.Epoch}, last written by {ledger.Writer}"
        : $"{record.Place}: there is none yet";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
