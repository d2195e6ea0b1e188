using System.Collections.Immutable;
using Reconciler.Core.Ledgers;

namespace Reconciler.Core.Planning;

/// <summary>What resolving found out about one module that planning must respect.</summary>
/// <param name="Blocks">No action for this module in this pass; otherwise the finding only colours its verdict.</param>
public sealed record Finding(
    Progress Progress, string Reason, string Message, string Rule, bool Blocks, TimeSpan? WakeAfter = null);

/// <summary>The ledger after everything that a complete list proves, and what it leaves open.</summary>
/// <param name="Findings">By owner UID.</param>
/// <param name="QuietAttempts">Open attempts this list shows no trace of.</param>
/// <param name="AbsentKeys">Bound keys that are neither listed nor found by a read, and released ones that are not
/// listed.</param>
/// <param name="Duplicates">Unclaimed keys that look like ours and are only reported.</param>
public sealed record Resolution(
    Ledger Ledger, ImmutableSortedDictionary<string, Finding> Findings, ImmutableHashSet<string> QuietAttempts,
    ImmutableHashSet<string> AbsentKeys, ImmutableSortedSet<string> Duplicates);
