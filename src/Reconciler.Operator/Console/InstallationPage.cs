using System.Collections.Immutable;

namespace Reconciler.Operator.Console;

/// <summary>Everything that is known of one installation.</summary>
internal sealed record InstallationPage
{
    public required InstallationLine Line { get; init; }

    /// <summary>Settings that decide what is done, as name and value.</summary>
    public required ImmutableArray<NamedValue> Settings { get; init; }

    public required ImmutableArray<ModuleLine> Modules { get; init; }

    /// <summary>Null on a replica that does not lead.</summary>
    public PassCard? Pass { get; init; }

    /// <summary>The last pass that had work, when that was an earlier one.</summary>
    public PassCard? EarlierPass { get; init; }

    public LedgerCard? Ledger { get; init; }

    /// <summary>Why there is no ledger to show.</summary>
    public string? LedgerProblem { get; init; }

    public required WhyCard Why { get; init; }
}

internal sealed record NamedValue(string Name, string Value);

/// <summary>One DynamicModule in the table.</summary>
internal sealed record ModuleLine
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public string? Type { get; init; }

    public string? Key { get; init; }

    public required string State { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public DateTimeOffset? Since { get; init; }

    public bool Drifted { get; init; }
}

/// <summary>One pass: what it found, planned and did.</summary>
internal sealed record PassCard
{
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Reason { get; init; }

    public required string Message { get; init; }

    public string? Hash { get; init; }

    public required ImmutableArray<ActionCard> Actions { get; init; }

    /// <summary>Actions beyond those shown.</summary>
    public int ActionsLeftOut { get; init; }

    /// <summary>Differences that no action of the plan is about: tolerated, contended or refused before.</summary>
    public required ImmutableArray<DriftCard> Drift { get; init; }

    public int DriftLeftOut { get; init; }
}

/// <summary>One action with its outcome.</summary>
/// <param name="Sign">The sign of the plan: + ~ - =.</param>
/// <param name="Outcome">One of done, refused, unknown, withheld, unsent.</param>
/// <param name="Diff">Lines that begin with a blank, a plus or a minus.</param>
internal sealed record ActionCard(
    string Sign, string Word, string? Namespace, string? Name, string? Type, string? Key, string Rule, string Reason,
    string Outcome, string? Problem, ImmutableArray<string> Diff);

internal sealed record DriftCard(
    string Namespace, string Name, string Type, string Key, string Reason, string Message, ImmutableArray<string> Diff);
