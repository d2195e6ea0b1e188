using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>A bound module whose observed content is neither what is desired nor what the remote made of it, whatever
/// is done about it. For people only: no decision is made from it.</summary>
public sealed record DriftedModule(DesiredModule Desired, ObservedModule Observed)
{
    /// <summary>All of a situation, ordinal by owner; compares fingerprints only.</summary>
    public static ImmutableArray<DriftedModule> AllOf(Ledger ledger, Situation situation)
    {
        ImmutableArray<DriftedModule>.Builder? drifted = null;
        foreach (var desired in situation.Desired)
        {
            if (ledger.Entries.GetValueOrDefault(desired.Owner.Uid) is { Phase: EntryPhase.Bound, Key: { } key } entry
                && desired is { Invalid: null, Deleting: false }
                && situation.Observed.GetValueOrDefault(key) is { } observed
                && !IsAsApplied(entry, desired.Content.Fingerprint, observed.Content.Fingerprint))
            {
                (drifted ??= ImmutableArray.CreateBuilder<DriftedModule>()).Add(new(desired, observed));
            }
        }

        return drifted?.ToImmutable() ?? [];
    }

    private static bool IsAsApplied(LedgerEntry entry, Fingerprint desired, Fingerprint observed) =>
        observed == desired || (entry.Applied == desired && entry.Settled == observed);
}
