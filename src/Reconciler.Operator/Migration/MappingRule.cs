using System.Collections.Immutable;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>One rule of a mapping file (docs/migrate.md).</summary>
/// <param name="From">The old type.</param>
internal sealed record MappingRule(ManifestPlace Place, string From)
{
    /// <summary>The rule is for modules whose top-level fields have these values.</summary>
    public ImmutableArray<ManifestMember> When { get; init; } = [];

    /// <summary>The new type; null exactly with <see cref="Skip"/>.</summary>
    public string? To { get; init; }

    /// <summary>Template of the new data; null takes the old data over as it is.</summary>
    public ManifestNode.Mapping? Data { get; init; }

    /// <summary>Old top-level fields that may be lost.</summary>
    public ImmutableArray<string> Drop { get; init; } = [];

    /// <summary>Why modules of this type stay behind.</summary>
    public string? Skip { get; init; }
}
