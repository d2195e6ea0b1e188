using System.Collections.Immutable;

namespace Reconciler.Operator.Console;

/// <summary>Everything that is known of one DynamicModule.</summary>
internal sealed record ModulePage
{
    public required ModuleLine Line { get; init; }

    public required string InstallationNamespace { get; init; }

    public required string InstallationName { get; init; }

    public required ImmutableArray<NamedValue> Settings { get; init; }

    /// <summary>What is desired, line by line.</summary>
    public required ImmutableArray<string> Data { get; init; }

    /// <summary>What the last pass saw differ, or changed.</summary>
    public required ImmutableArray<string> Diff { get; init; }

    /// <summary>What the diff is about, in one sentence.</summary>
    public string? DiffNote { get; init; }

    /// <summary>Where the data is not as documented for its type.</summary>
    public string? Advice { get; init; }

    public required WhyCard Why { get; init; }
}

/// <summary>The answer of <c>reconciler why</c>.</summary>
internal sealed record WhyCard
{
    public required string State { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>What the reason means, from the failure catalogue.</summary>
    public string? Meaning { get; init; }

    public string? Actor { get; init; }

    public string? Fix { get; init; }

    public required ImmutableArray<NamedValue> Standing { get; init; }

    /// <summary>Newest first.</summary>
    public required ImmutableArray<DecisionRow> Decisions { get; init; }

    public string? LastRefusal { get; init; }

    public required string NextWake { get; init; }

    public required string Source { get; init; }
}

internal sealed record DecisionRow(
    DateTimeOffset At, string? Owner, string Rule, string? When, string? Then, string Message,
    ImmutableArray<NamedValue> Inputs);
