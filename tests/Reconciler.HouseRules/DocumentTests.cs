using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>Pages that tell the truth about the tree.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_file_that_a_document_names_exists()
    {
        var breaches = new Breaches("follow the file to where it went, or take the sentence out.");
        foreach (var page in Repository.Files("docs", "*.md").Append("README.md").Append("CONTRIBUTING.md"))
        {
            foreach (Match path in NamedFile().Matches(Repository.ReadText(page)))
            {
                var full = Path.Combine(Repository.Root, path.Groups[1].Value);
                breaches.AddIf(!Path.Exists(full), page, $"names {path.Groups[1].Value}");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void The_architecture_fits_on_one_page() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "docs/ARCHITECTURE.md")).Length, 1, 80);

    [GeneratedRegex("`((?:src|tests|deploy|crds|bench|docs|eng)/[A-Za-z0-9_./-]+)`")]
    private static partial Regex NamedFile();
}
