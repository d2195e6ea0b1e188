using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Ledgers;

/// <summary>Random ledgers, and their comparison by content.</summary>
internal static class Ledgers
{
    public static ImmutableSortedDictionary<string, T> ToSorted<T>(this IReadOnlyDictionary<string, T> map) =>
        map.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static Ledger Random(Random random)
    {
        return new Ledger(new InstallationKey(Word(random), Word(random)), Any<RemoteApi>(random))
        {
            Remote = random.Next(3) == 0 ? null : new RemoteIdentity(Word(random), MaybeWord(random)),
            ClusterId = Word(random),
            Epoch = random.NextInt64(long.MaxValue),
            Writer = Word(random),
            Sequence = random.NextInt64(long.MaxValue),
            GenesisRecorded = random.Next(2) == 0,
            GenesisBaseline = Keys(random),
            Entries = Map(random, uid => Entry(random, uid)),
            Batches = Map(random, _ => new Batch(Keys(random), Map(random, _ => Content(random)))),
            ClosedAttempts = List(random, () => new ClosedAttempt(
                Word(random), Word(random), Print(random), Keys(random), Time(random), Any<AttemptVerdict>(random))
            {
                Key = MaybeWord(random),
            }),
            Orphans = List(random, () => new Orphan(MaybeWord(random), Print(random), Word(random), Time(random))
            {
                Attempt = random.Next(2) == 0 ? Attempt(random) : null,
            }),
            Released = Keys(random),
            Journal = List(random, () => new JournalLine(Time(random), Word(random), "T5", Word(random))
            {
                Inputs = Map(random, _ => Word(random)),
            }),
        };
    }

    public static void AssertEqual(Ledger expected, Ledger actual)
    {
        Assert.Equal(Flat(expected), Flat(actual));
        Assert.Equal(expected.GenesisBaseline, actual.GenesisBaseline);
        Assert.Equal(expected.Entries.AsEnumerable(), actual.Entries);
        Assert.Equal(expected.Batches.Keys, actual.Batches.Keys);
        foreach (var (id, batch) in expected.Batches)
        {
            Assert.Equal(batch.Baseline, actual.Batches[id].Baseline);
            Assert.Equal(batch.Sent.AsEnumerable(), actual.Batches[id].Sent);
        }

        Assert.Equal(expected.ClosedAttempts.Select(Flat), actual.ClosedAttempts.Select(Flat));
        Assert.Equal(expected.ClosedAttempts.Select(a => a.Baseline), actual.ClosedAttempts.Select(a => a.Baseline));
        Assert.Equal(expected.Orphans.AsEnumerable(), actual.Orphans);
        Assert.Equal(expected.Released, actual.Released);
        Assert.Equal(expected.Journal.Select(Flat), actual.Journal.Select(Flat));
        Assert.Equal(expected.Journal.SelectMany(line => line.Inputs), actual.Journal.SelectMany(line => line.Inputs));
    }

    private static LedgerEntry Entry(Random random, string uid)
    {
        var phase = Any<EntryPhase>(random);
        return new LedgerEntry(
            new ModuleOwner(uid, Word(random), Word(random)), phase,
            phase == EntryPhase.Intent ? MaybeWord(random) : Word(random), Print(random))
        {
            Settled = random.Next(2) == 0 ? Print(random) : null,
            Attempt = phase == EntryPhase.Intent ? Attempt(random) : null,
            Replacing = random.Next(2) == 0,
            Former = random.Next(2) == 0 ? Content(random) : null,
            DeletionPolicy = Any<DeletionPolicy>(random),
            BoundAt = random.Next(2) == 0 ? Time(random) : null,
        };
    }

    private static Attempt Attempt(Random random) =>
        new(Word(random), random.Next(), Print(random), Word(random), Time(random));

    private static ModuleContent Content(Random random) =>
        ModuleContent.Parse(Word(random), Modules.JsonValues.Object(random, depth: 2).Print(random));

    private static Fingerprint Print(Random random) => new($"sha256:{random.Next():x8}");

    private static DateTimeOffset Time(Random random) =>
        new(random.NextInt64(DateTime.UnixEpoch.Ticks, DateTime.UnixEpoch.AddYears(100).Ticks), TimeSpan.Zero);

    private static string Word(Random random)
    {
        const string alphabet = "abz019-_ %=\"\\é€\n";
        return string.Concat(
            Enumerable.Range(0, random.Next(1, 12)).Select(_ => alphabet[random.Next(alphabet.Length)]));
    }

    private static string? MaybeWord(Random random) => random.Next(2) == 0 ? Word(random) : null;

    private static T Any<T>(Random random)
        where T : struct, Enum => Enum.GetValues<T>() is var values ? values[random.Next(values.Length)] : default;

    private static ImmutableSortedSet<string> Keys(Random random) => List(random, () => Word(random)).ToOrdinalSet();

    private static ImmutableArray<T> List<T>(Random random, Func<T> make) =>
        [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => make())];

    private static ImmutableSortedDictionary<string, T> Map<T>(Random random, Func<string, T> make) =>
        List(random, () => Word(random)).Distinct(StringComparer.Ordinal).ToImmutableSortedDictionary(
            name => name, make, StringComparer.Ordinal);

    private static Ledger Flat(Ledger ledger) => new(ledger.Installation, ledger.Api)
    {
        FormatVersion = ledger.FormatVersion,
        Remote = ledger.Remote,
        ClusterId = ledger.ClusterId,
        Epoch = ledger.Epoch,
        Writer = ledger.Writer,
        Sequence = ledger.Sequence,
        GenesisRecorded = ledger.GenesisRecorded,
        Entries = Empty.Entries,
        Batches = Empty.Batches,
    };

    private static JournalLine Flat(JournalLine line) => line with { Inputs = JournalLine.NoInputs };

    private static readonly Ledger Empty = new(default, default);

    private static ClosedAttempt Flat(ClosedAttempt attempt) => attempt with { Baseline = Ordinal.EmptySet };
}
