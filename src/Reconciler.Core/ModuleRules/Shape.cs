using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Reconciler.Core.ModuleRules;

/// <summary>What a JSON value may look like; the notation is explained at <see cref="ShapeParser"/>.</summary>
internal abstract record Shape
{
    private Shape() { }

    public sealed record Any : Shape;

    public sealed record Truth : Shape;

    public sealed record Number : Shape;

    /// <param name="Strict">A violated pattern is an error; else it is only worth a warning.</param>
    public sealed record Text(int? LengthMax, Regex? Pattern, bool Strict) : Shape;

    public sealed record Literal(string Value) : Shape;

    public sealed record List(Shape Item, bool AtLeastOne) : Shape;

    public sealed record Choice(ImmutableArray<Shape> Options) : Shape;

    /// <param name="Groups">Members of which one, or at least one, must be there.</param>
    public sealed record Members(
        ImmutableSortedDictionary<string, Member> ByName, ImmutableArray<Group> Groups) : Shape;
}

/// <summary>Whether a member must be there.</summary>
internal enum Presence { Optional, Recommended, Required }

internal sealed record Member(Shape Shape, Presence Presence);

/// <param name="Exactly">Exactly one; else at least one.</param>
internal sealed record Group(ImmutableArray<string> Names, bool Exactly);
