using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;

namespace Reconciler.Operator.Rendering;

/// <summary>The answer of <c>reconciler why</c>.</summary>
/// <param name="Decisions">Newest first.</param>
/// <param name="NextWake">When it is looked at again, in one sentence.</param>
/// <param name="Source">What was read.</param>
internal sealed record Explanation(
    string Subject, InstallationKey Installation, ImmutableArray<Decision> Decisions, string NextWake, string Source)
{
    /// <summary>Null where there is no status, as without a cluster.</summary>
    public Condition? Ready { get; init; }

    /// <summary>Where it stands in the ledger: phase, key, attempt, baseline, counts.</summary>
    public ImmutableArray<(string Name, string Value)> Standing { get; init; } = [];

    /// <summary>The last refusal in the journal; null when none is on record.</summary>
    public JournalLine? LastFault { get; init; }
}

/// <summary>One line of the journal.</summary>
/// <param name="Owner">The module it is about; null when it is about the ledger or a module of unknown name.</param>
internal sealed record Decision(JournalLine Line, string? Owner)
{
    public RuleEntry? Rule => RuleCatalogue.Find(Line.Rule);
}
