using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>How long this process has watched an open attempt.</summary>
/// <param name="Age">From its first sight to the begin of the current list.</param>
/// <param name="QuietFor">From the begin of the first complete list that was begun after W and showed no trace, to the
/// begin of the current one; null when there was none.</param>
public readonly record struct AttemptSight(TimeSpan Age, TimeSpan? QuietFor);

/// <summary>
/// What this process has seen with its own eyes, as a value: a snapshot of <c>PassMemory</c> at the begin of the
/// current list. Ages are monotonic time. Losing it costs waiting, never safety.
/// </summary>
public sealed record Evidence
{
    public static Evidence None { get; } = new();

    /// <summary>Open attempts by id; one that is not in it is seen for the first time.</summary>
    public ImmutableDictionary<string, AttemptSight> Attempts { get; init; } = Empty<AttemptSight>();

    /// <summary>Key → age of our last write to it.</summary>
    public ImmutableDictionary<string, TimeSpan> OwnWrites { get; init; } = Empty<TimeSpan>();

    /// <summary>Bound key → age of the first complete list it was absent from, confirmed by a read.</summary>
    public ImmutableDictionary<string, TimeSpan> AbsentFor { get; init; } = Empty<TimeSpan>();

    /// <summary>Key → how long before the current list a single read first found it while the list omitted
    /// it.</summary>
    public ImmutableDictionary<string, TimeSpan> HiddenFor { get; init; } = Empty<TimeSpan>();

    /// <summary>Single reads made after the current list; null is a 404.</summary>
    public ImmutableDictionary<string, ObservedModule?> Lookups { get; init; } = Empty<ObservedModule?>();

    /// <summary>Keys whose content was changed away from ours again and again.</summary>
    public ImmutableHashSet<string> Contended { get; init; } = [];

    /// <summary>Key → the observed content our last correction was meant to replace.</summary>
    public ImmutableDictionary<string, Fingerprint> Corrected { get; init; } = Empty<Fingerprint>();

    /// <summary>Keys we deleted and saw gone less than ε ago: a list that shows one is stale.</summary>
    public ImmutableHashSet<string> Ghosts { get; init; } = [];

    /// <summary>Client-chosen keys the remote refused as taken a short while ago.</summary>
    public ImmutableHashSet<string> Conflicts { get; init; } = [];

    /// <summary>Owner UID → how long the ledger has held an entry for it without any resource.</summary>
    public ImmutableDictionary<string, TimeSpan> Vanished { get; init; } = Empty<TimeSpan>();

    /// <summary>Closed attempts by id → how long their tombstone has been seen; one that is not in it is new.</summary>
    public ImmutableDictionary<string, TimeSpan> Tombstones { get; init; } = Empty<TimeSpan>();

    /// <summary>Tombstones whose time is over.</summary>
    public ImmutableHashSet<string> ExpiredTombstones { get; init; } = [];

    /// <summary>Identities of actions of the approved plan that are not done yet.</summary>
    public ImmutableHashSet<string> ApprovedActions { get; init; } = [];

    /// <summary>How many modules there were when the remote last said "full", which may be below our own
    /// quota.</summary>
    public int? QuotaCeiling { get; init; }

    private static ImmutableDictionary<string, T> Empty<T>() =>
        ImmutableDictionary.Create<string, T>(StringComparer.Ordinal);
}
