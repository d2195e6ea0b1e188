using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>
/// The write-ahead record of what we own in one installation (crash-safety.md §3). The truth: status and annotations
/// are views of it. Immutable; every change is a pure function here, every write is a compare-and-swap in an
/// <see cref="ILedgerStore"/> that adds one to <see cref="Sequence"/>.
/// </summary>
public sealed record Ledger(InstallationKey Installation, RemoteApi Api)
{
    public const int CurrentFormat = 1;

    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>The remote that the claims are behind; null in ledgers of a version that did not keep it.</summary>
    public RemoteIdentity? Remote { get; init; }

    /// <summary>kube-system namespace UID at genesis; a machine-made id for a file ledger.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Raised by each new leader before anything else (T0); a writer with an older epoch never
    /// commits.</summary>
    public long Epoch { get; init; }

    public string Writer { get; init; } = "";
    public long Sequence { get; init; }

    /// <summary>Remote keys seen at first contact: they existed before us and are never ours by evidence
    /// alone.</summary>
    public ImmutableSortedSet<string> GenesisBaseline { get; init; } = Ordinal.EmptySet;

    /// <summary>False until the first complete list has been recorded as <see cref="GenesisBaseline"/>.</summary>
    public bool GenesisRecorded { get; init; }

    /// <summary>By UID of the owning DynamicModule.</summary>
    public ImmutableSortedDictionary<string, LedgerEntry> Entries { get; init; } =
        ImmutableSortedDictionary.Create<string, LedgerEntry>(StringComparer.Ordinal);

    /// <summary>By batch id: what the world looked like before a group of creates, shared by their intents.</summary>
    public ImmutableSortedDictionary<string, Batch> Batches { get; init; } =
        ImmutableSortedDictionary.Create<string, Batch>(StringComparer.Ordinal);

    public ImmutableArray<ClosedAttempt> ClosedAttempts { get; init; } = [];
    public ImmutableArray<Orphan> Orphans { get; init; } = [];

    /// <summary>Keys that were ours and were let go (T10r): nobody's since, so a sole writer does not prune them (P1).
    /// A key is forgotten when its module is gone or claimed again.</summary>
    public ImmutableSortedSet<string> Released { get; init; } = Ordinal.EmptySet;

    /// <summary>Last decisions, oldest first, bounded; read by <c>reconciler why</c>.</summary>
    public ImmutableArray<JournalLine> Journal { get; init; } = [];
}

/// <summary>Where an entry stands. Unknown, Missing and Held are derived, never stored (crash-safety.md §5).</summary>
public enum EntryPhase { Intent, Bound, Deleting }

/// <summary>What we know of one DynamicModule's remote module.</summary>
/// <param name="Key">Remote key; null exactly while <see cref="EntryPhase.Intent"/> on a server-keyed API.</param>
/// <param name="Applied">Fingerprint of the desired content last applied.</param>
public sealed record LedgerEntry(ModuleOwner Owner, EntryPhase Phase, string? Key, Fingerprint Applied)
{
    /// <summary>Fingerprint of the remote content seen right after our last write, server defaults included: observed
    /// content equal to it is not drift. Null until learned.</summary>
    public Fingerprint? Settled { get; init; }

    /// <summary>The open create, exactly while <see cref="EntryPhase.Intent"/>.</summary>
    public Attempt? Attempt { get; init; }

    public DeletionPolicy DeletionPolicy { get; init; } = DeletionPolicy.Delete;

    /// <summary>A delete + register replacement was announced and is not known to be finished: on a remote without an
    /// update verb the module may be gone for a moment, by our own doing (T8r).</summary>
    public bool Replacing { get; init; }

    /// <summary>While <see cref="Replacing"/>: what the remote held before, to be registered again if the new
    /// definition is refused. Null otherwise, and in ledgers of a version that did not keep it.</summary>
    public ModuleContent? Former { get; init; }

    /// <summary>Wall clock, for people only.</summary>
    public DateTimeOffset? BoundAt { get; init; }
}

/// <summary>One announced create.</summary>
public sealed record Attempt(string Id, int Number, Fingerprint Fingerprint, string BatchId, DateTimeOffset OpenedAt);

/// <summary>The baseline of a group of intents: remote ∪ claimed keys before any of them was sent.</summary>
/// <param name="Sent">attempt id → content sent; kept while the attempt is open, since the spec may change
/// meanwhile.</param>
public sealed record Batch(ImmutableSortedSet<string> Baseline, ImmutableSortedDictionary<string, ModuleContent> Sent);

/// <summary>How an attempt ended.</summary>
public enum AttemptVerdict { Created, Resolved, Refused, Rejected, Absent, Abandoned }

/// <summary>The tombstone of an attempt, kept for 24 h so that a late commit is recognised (T12).</summary>
public sealed record ClosedAttempt(
    string AttemptId, string OwnerUid, Fingerprint Fingerprint, ImmutableSortedSet<string> Baseline,
    DateTimeOffset ClosedAt, AttemptVerdict Verdict)
{
    /// <summary>The key that a replacement registers: an imported or adopted module has another than its resource would
    /// choose. Null for a create.</summary>
    public string? Key { get; init; }
}

/// <summary>A remote module we owe a delete; with <paramref name="Key"/> null, an attempt still to be
/// resolved.</summary>
public sealed record Orphan(string? Key, Fingerprint Fingerprint, string Reason, DateTimeOffset Since)
{
    /// <summary>The open attempt of an abandoned resource, with what was sent and its baseline.</summary>
    public Attempt? Attempt { get; init; }
}

/// <summary>One decision, for <c>why</c>.</summary>
/// <param name="Rule">Rule id, T0…T12 or a planner rule; <see cref="RuleCatalogue"/> says what it means.</param>
public sealed record JournalLine(DateTimeOffset At, string OwnerUid, string Rule, string Message)
{
    public static ImmutableSortedDictionary<string, string> NoInputs { get; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What the decision was made from, by name: attempt, number, baseline size, match.
    /// For people only.</summary>
    public ImmutableSortedDictionary<string, string> Inputs { get; init; } = NoInputs;
}
