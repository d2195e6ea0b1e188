using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>The checked-out tree as text: the rules below read it and run nothing of it.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Sources { get; } = Read("src");

    public static IReadOnlyList<SourceFile> Tests { get; } = Read("tests");

    public static IReadOnlyList<SourceFile> Benchmarks { get; } = Read("bench");

    public static IEnumerable<SourceFile> All => Sources.Concat(Tests);

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(Relative)
            .Where(static path => !BuildOutput().IsMatch(path))
            .Order(StringComparer.Ordinal);

    public static string ReadText(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static List<SourceFile> Read(string folder) =>
        [.. Files(folder, "*.cs").Select(
            static path => new SourceFile(path, File.ReadAllLines(Path.Combine(Root, path))))];

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Reconciler.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("Reconciler.sln is not above the test assembly.");
    }

    [GeneratedRegex("(^|/)(bin|obj|artifacts|TestResults)/")]
    private static partial Regex BuildOutput();
}

/// <summary>One file: path relative to the root with forward slashes, and its lines.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    public string Project => Path.Split('/')[1];

    /// <summary>The folder of the project that it lies in; null at the project's root.</summary>
    public string? Folder => Path.Split('/') is { Length: > 3 } parts ? parts[2] : null;

    public override string ToString() => Path;
}
