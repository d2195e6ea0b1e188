using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>A directory below cases/ with values.yaml and what the chart makes of it, rendered.yaml.</summary>
internal sealed record ChartCase(string Name)
{
    private static readonly string Root =
        Path.Combine(RepositoryLayout.Root, "tests", "Reconciler.EndToEnd.Tests", "Charts", "cases");

    public string Values => Path.Combine(Root, Name, "values.yaml");

    public string Golden => Path.Combine(Root, Name, "rendered.yaml");

    public static TheoryData<string> All()
    {
        var names = new TheoryData<string>();
        foreach (var directory in Directory.GetDirectories(Root).Order(StringComparer.Ordinal))
        {
            names.Add(Path.GetFileName(directory));
        }

        return names;
    }
}
