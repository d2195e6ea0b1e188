using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// Everything a decision may look at besides the ledger. Built once per pass from a complete list; never changes.
/// </summary>
public sealed class Situation
{
    public Situation(
        Installation installation, IEnumerable<DesiredModule> desired, IEnumerable<ObservedModule> listed,
        Evidence evidence, ProtocolWindows windows, DateTimeOffset now)
    {
        Installation = installation;
        Evidence = evidence;
        Windows = windows;
        Now = now;
        Desired =
        [
            .. desired
                .OrderBy(module => module.Owner.ToString(), StringComparer.Ordinal)
                .ThenBy(module => module.Owner.Uid, StringComparer.Ordinal),
        ];
        ByUid = Desired.ToImmutableDictionary(module => module.Owner.Uid, StringComparer.Ordinal);
        var all = listed.ToImmutableArray();
        ListedKeys = all.Select(module => module.Key).ToOrdinalSet();
        Observed = all
            .Where(module => !evidence.Ghosts.Contains(module.Key))
            .DistinctBy(module => module.Key, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(module => module.Key, module => module, StringComparer.Ordinal);
    }

    public Installation Installation { get; }

    /// <summary>Ordinal by namespace/name, then UID.</summary>
    public ImmutableArray<DesiredModule> Desired { get; }

    public ImmutableDictionary<string, DesiredModule> ByUid { get; }

    /// <summary>R: the complete list by key, without what we know to be gone.</summary>
    public ImmutableSortedDictionary<string, ObservedModule> Observed { get; }

    /// <summary>Every key the list showed, ghosts included: the baseline of creates.</summary>
    public ImmutableSortedSet<string> ListedKeys { get; }

    public Evidence Evidence { get; }
    public ProtocolWindows Windows { get; }

    /// <summary>Wall clock for the journal; decides nothing.</summary>
    public DateTimeOffset Now { get; }

    internal ProtocolRules Rules { get; init; } = ProtocolRules.Sound;

    public bool IsExclusive => Installation.Ownership == OwnershipMode.Exclusive;

    /// <summary>≡ or, failing that, ⊒: the server may add defaults.</summary>
    public bool Matches(MatchRelation relation) =>
        relation >= (Rules.MatchServerDefaults ? MatchRelation.Covers : MatchRelation.Identical);

    /// <summary>The module behind a key: as listed, or as a single read found it.</summary>
    public ObservedModule? Find(string key) =>
        Observed.GetValueOrDefault(key) ?? Evidence.Lookups.GetValueOrDefault(key);

    /// <summary>How long until an unlisted key that a read finds is hidden for certain; null when it is. One list
    /// proves nothing: the module may have been made after it, and lists lag by ε.</summary>
    public TimeSpan? HiddenIn(string key) =>
        Evidence.HiddenFor.TryGetValue(key, out var age)
            ? age < Windows.Consistency ? Windows.Consistency - age : null
            : Windows.Consistency;

    /// <summary>The owner has been gone, without a deletion, for as long as a restore may take.</summary>
    public bool HasVanished(string uid) =>
        Windows.Vanished <= TimeSpan.Zero || Evidence.Vanished.GetValueOrDefault(uid) >= Windows.Vanished;

    /// <summary>How long until ε has passed since our own last write to <paramref name="key"/>; null when it
    /// has.</summary>
    public TimeSpan? SettlesIn(string key) =>
        Evidence.OwnWrites.TryGetValue(key, out var age) && age < Windows.Consistency
            ? Windows.Consistency - age
            : null;
}
