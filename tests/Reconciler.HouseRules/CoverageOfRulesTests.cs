using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>Promises that are lists: each row has a test that carries its id in the name.</summary>
public sealed partial class CoverageOfRulesTests
{
    /// <summary>The behaviours of a Kubernetes runtime (docs/kubernetes-runtime.md), by id.</summary>
    public static TheoryData<string> RuntimeRows()
    {
        var rows = new TheoryData<string>();
        Add(rows, "W", Enumerable.Range(1, 18));
        Add(rows, "Q", Enumerable.Range(1, 11));
        Add(rows, "L", Enumerable.Range(1, 9));
        Add(rows, "H", [1, 2, 3, 4, 5, 8, 9, 11]);
        return rows;
    }

    [Theory]
    [MemberData(nameof(RuntimeRows))]
    public void Every_behaviour_of_the_runtime_has_a_test_that_carries_its_id(string row) =>
        Assert.True(
            Repository.Tests.Any(file => file.Lines.Any(line => IsTest(line, row))),
            $"no test method is named {row}_…");

    [Fact]
    public void Every_project_has_a_lock_file()
    {
        var breaches = new Breaches("restore without CI=true and commit packages.lock.json.");
        foreach (var project in Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj")))
        {
            var path = Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json");
            breaches.AddIf(!File.Exists(path), project, "no packages.lock.json");
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Every_relative_link_in_the_documents_leads_somewhere()
    {
        var breaches = new Breaches("mend the link or write the page.");
        foreach (var page in Repository.Files(".", "*.md").Where(
            static path => !path.Contains("/node_modules/", StringComparison.Ordinal)))
        {
            foreach (Match link in Link().Matches(Repository.ReadText(page)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                var full = Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, target);
                breaches.AddIf(target.Length > 0 && !Path.Exists(full), page, $"links to {target}");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void The_readme_fits_in_150_lines() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 1, 150);

    private static void Add(TheoryData<string> rows, string letter, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            rows.Add($"{letter}{number}");
        }
    }

    private static bool IsTest(string line, string row) =>
        line.Contains("public", StringComparison.Ordinal)
        && (line.Contains($" {row}_", StringComparison.Ordinal) || line.Contains($"_{row}_", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)([^)\s]+)\)")]
    private static partial Regex Link();
}
