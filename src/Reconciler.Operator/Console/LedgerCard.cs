using System.Collections.Immutable;

namespace Reconciler.Operator.Console;

/// <summary>The write-ahead record of one installation.</summary>
internal sealed record LedgerCard
{
    public required long Sequence { get; init; }

    public required long Epoch { get; init; }

    public required string Writer { get; init; }

    public required string ClusterId { get; init; }

    public required ImmutableArray<IntentRow> Intents { get; init; }

    public required ImmutableArray<EntryRow> Entries { get; init; }

    public required ImmutableArray<OrphanRow> Orphans { get; init; }

    public required int Tombstones { get; init; }
}

/// <summary>One announced create whose outcome is not known.</summary>
internal sealed record IntentRow(
    string Owner, string Attempt, int Number, DateTimeOffset OpenedAt, int Baseline, string? Key);

internal sealed record EntryRow(
    string Namespace, string Name, string Phase, string? Key, string Applied, DateTimeOffset? BoundAt, bool Replacing);

internal sealed record OrphanRow(string? Key, string Reason, DateTimeOffset Since);
