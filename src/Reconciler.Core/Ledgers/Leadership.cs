using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>How a ledger begins and how it changes hands (T0).</summary>
public static class Leadership
{
    /// <summary>The ledger of an installation nobody has written about yet. Not stored until the first complete list
    /// is known, so that the genesis baseline is part of its first version.</summary>
    public static Ledger Begin(InstallationKey installation, RemoteApi api, string clusterId, string writer) =>
        new(installation, api) { ClusterId = clusterId, Epoch = 1, Writer = writer };

    /// <summary>A ledger that claims nothing, for another API: its baseline and its tombstones are of the former one.
    /// The history goes on.</summary>
    public static Ledger BeginAnew(this Ledger ledger, RemoteApi api) =>
        Begin(ledger.Installation, api, ledger.ClusterId, ledger.Writer) with
        {
            Epoch = ledger.Epoch, Sequence = ledger.Sequence, Journal = ledger.Journal,
        };

    /// <summary>T0: a new writer raises the epoch before anything else; every intent it finds is Unknown to
    /// it.</summary>
    public static Ledger TakeOver(this Ledger ledger, string clusterId, string writer, DateTimeOffset now) =>
        (ledger with { ClusterId = clusterId, Epoch = ledger.Epoch + 1, Writer = writer })
        .Note(now, "", RuleIds.TakeOver, $"epoch {ledger.Epoch + 1} begins, written by {writer}");

    /// <summary>Records what existed before us, once.</summary>
    public static Ledger RecordGenesis(this Ledger ledger, IEnumerable<string> observedKeys) =>
        ledger.GenesisRecorded
            ? ledger
            : ledger with { GenesisRecorded = true, GenesisBaseline = observedKeys.ToOrdinalSet() };

    /// <summary>A ledger without a cluster id belongs to whoever finds it.</summary>
    public static bool BelongsTo(this Ledger ledger, string clusterId) =>
        ledger.ClusterId.Length == 0 || string.Equals(ledger.ClusterId, clusterId, StringComparison.Ordinal);
}
