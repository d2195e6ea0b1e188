using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>A resolution in the making: each step reads the ledger as the step before left it.</summary>
internal sealed class ResolutionDraft(Ledger ledger, Situation situation)
{
    private readonly SortedDictionary<string, Finding> _findings = new(StringComparer.Ordinal);

    public Situation Situation { get; } = situation;
    public Ledger Ledger { get; set; } = ledger;
    public HashSet<string> QuietAttempts { get; } = new(StringComparer.Ordinal);
    public HashSet<string> AbsentKeys { get; } = new(StringComparer.Ordinal);
    public SortedSet<string> Duplicates { get; } = new(StringComparer.Ordinal);

    /// <summary>The first finding about a module stands: steps run from the strongest evidence to the
    /// weakest.</summary>
    public void Note(string uid, Finding finding) => _findings.TryAdd(uid, finding);

    /// <summary>T7, T12: a module that looks like ours beside the one that is bound. Exclusive: it is deleted. Shared,
    /// or where users' content may refer to it: it is reported.</summary>
    public void Surplus(string uid, ObservedModule module, string rule)
    {
        if (Situation.IsExclusive && !ReferenceBearingTypes.Contains(module.Content.Type))
        {
            Ledger = Ledger
                .Owe(new Orphan(module.Key, module.Content.Fingerprint, "a duplicate of a bound module", Situation.Now))
                .Note(Situation.Now, uid, rule, $"duplicate {module.Key} will be deleted", ("key", module.Key));
            return;
        }

        Duplicates.Add(module.Key);
        Note(uid, new Finding(Progress.Ready, Reasons.DuplicateSuspected,
            $"Remote module {module.Key} looks like a duplicate of this one; delete it by hand if it is.", rule,
            Blocks: false));
    }

    /// <summary>Listed modules nobody claims, by key.</summary>
    public ImmutableArray<ObservedModule> Unclaimed()
    {
        var claimed = Ledger.ClaimedKeys();
        return [.. Situation.Observed.Values.Where(module => !claimed.Contains(module.Key))];
    }

    public Resolution Finish() => new(
        Ledger, _findings.ToImmutableSortedDictionary(StringComparer.Ordinal),
        QuietAttempts.ToImmutableHashSet(StringComparer.Ordinal), AbsentKeys.ToImmutableHashSet(StringComparer.Ordinal),
        Duplicates.ToOrdinalSet());
}
