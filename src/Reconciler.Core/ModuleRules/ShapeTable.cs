using System.Collections.Immutable;

namespace Reconciler.Core.ModuleRules;

/// <summary>The shapes of one family of remotes by type, parsed once.</summary>
/// <param name="IsClosed">A member that is not in the shape is not documented.</param>
internal sealed record ShapeTable(ImmutableSortedDictionary<string, Shape> ByType, bool IsClosed)
{
    public static ShapeTable Forge { get; } = Of(ForgeShapes.Parts, ForgeShapes.Types, isClosed: true);

    public static ShapeTable Connect { get; } = Of(ConnectShapes.Parts, ConnectShapes.Types, isClosed: false);

    private static ShapeTable Of(string parts, string types, bool isClosed)
    {
        var named = ShapeParser.Parse(parts);
        return new ShapeTable(ShapeParser.Parse(parts + types).RemoveRange(named.Keys), isClosed);
    }
}
