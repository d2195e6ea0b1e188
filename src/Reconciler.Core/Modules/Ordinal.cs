using System.Collections.Immutable;

namespace Reconciler.Core.Modules;

/// <summary>Ordinal collections: the only order in the domain, equal on every machine.</summary>
public static class Ordinal
{
    public static ImmutableSortedSet<string> EmptySet { get; } =
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public static ImmutableSortedSet<string> ToOrdinalSet(this IEnumerable<string> keys) =>
        keys.ToImmutableSortedSet(StringComparer.Ordinal);
}
