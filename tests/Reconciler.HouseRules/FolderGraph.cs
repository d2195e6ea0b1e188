using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>One folder of a project uses another, as a file of it shows.</summary>
internal sealed record FolderUse(string From, string To, string Where);

/// <summary>Who uses whom among the folders of one project. What lies at the project's root is left out: every folder
/// sees it without saying so, and it is what composes them.</summary>
internal sealed partial class FolderGraph
{
    private FolderGraph(IReadOnlyList<string> folders, IReadOnlyList<FolderUse> uses)
    {
        Folders = folders;
        Uses = uses;
    }

    public IReadOnlyList<string> Folders { get; }

    /// <summary>Each pair once, with the first file that shows it.</summary>
    public IReadOnlyList<FolderUse> Uses { get; }

    public static FolderGraph Of(IGrouping<string, SourceFile> project)
    {
        var files = project.Where(static file => file.Folder is not null).ToList();
        var types = files.GroupBy(static file => file.Folder!).ToDictionary(
            static folder => folder.Key,
            static folder => folder.SelectMany(file => file.Lines).Select(static line => Declaration().Match(line))
                .Where(static match => match.Success).Select(static match => match.Groups[1].Value)
                .ToHashSet(StringComparer.Ordinal));
        var uses = files.SelectMany(file => UsesOf(file, types)).DistinctBy(static use => (use.From, use.To));
        return new FolderGraph([.. types.Keys.Order(StringComparer.Ordinal)], [.. uses]);
    }

    /// <summary>The uses that are part of a circle, or lie between two; none when there is no circle.</summary>
    public static IReadOnlyList<FolderUse> Circles(IEnumerable<FolderUse> uses)
    {
        var left = uses.ToList();
        while (left.RemoveAll(use => left.TrueForAll(other => other.From != use.To)
            || left.TrueForAll(other => other.To != use.From)) > 0)
        {
            // What leads to an end, or comes from a beginning, is on no circle; the next round finds new ends.
        }

        return left;
    }

    private static IEnumerable<FolderUse> UsesOf(SourceFile file, Dictionary<string, HashSet<string>> types)
    {
        var imports = new Imports(file.Lines);
        return types.Keys
            .Where(folder => folder != file.Folder
                && (imports.Name($"{file.Project}.{folder}") || imports.NameShort(folder, types[folder])))
            .Select(folder => new FolderUse(file.Folder!, folder, file.Path));
    }

    [GeneratedRegex(
        @"^(?:\w+ )*(?:class|record struct|record|struct|interface|enum|delegate [\w<>]+) ([A-Z]\w*)")]
    private static partial Regex Declaration();
}
