namespace Reconciler.EndToEnd.Tests.CrdTests;

/// <summary>
/// One file of cases/: documents that are applied one after another. All are accepted, but for the last one in a file
/// with lines `# refused: fragment`, which must be refused with an error that has each fragment.
/// </summary>
internal sealed record CrdCase(IReadOnlyList<string> Documents, IReadOnlyList<string> Fragments)
{
    private const string Mark = "# refused: ";

    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "CrdTests", "cases");

    /// <summary>Names of the files in a folder of cases/.</summary>
    public static IEnumerable<string> Names(string folder) =>
        System.IO.Directory.EnumerateFiles(Path.Combine(Directory, folder), "*.yaml")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal);

    public static CrdCase Read(string folder, string name)
    {
        var text = File.ReadAllText(Path.Combine(Directory, folder, name + ".yaml"));
        var fragments = text.Split('\n').Where(line => line.StartsWith(Mark, StringComparison.Ordinal));
        return new CrdCase(
            text.Split("---\n"),
            [.. fragments.Select(line => line[Mark.Length..])]);
    }
}
