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

    [Fact]
    public void What_the_page_of_style_calls_banned_is_on_the_list()
    {
        var banned = Repository.ReadText("eng/BannedSymbols.txt").Split('\n');
        var breaches = new Breaches("add a line for each overload to eng/BannedSymbols.txt, or take the name out.");
        var sentence = BannedSentence().Match(Repository.ReadText("docs/STYLE.md")).Groups["names"].Value;
        var names = Name().Matches(sentence).Select(static match => match.Groups[1].Value).ToList();
        breaches.AddIf(names.Count < 5, "docs/STYLE.md", "does not say any more what is banned, or in other words");
        foreach (var name in names)
        {
            breaches.AddIf(!banned.Any(line => Names(line, name)), "docs/STYLE.md", $"calls {name} banned");
        }

        breaches.ShouldBeNone();
    }

    /// <summary>A line of the list is an id as in XML documentation, then ';' and what to do instead; a type stands for
    /// all its members.</summary>
    private static bool Names(string line, string name)
    {
        var id = line.Split(';')[0].Split('(')[0].Split("``")[0];
        var type = id.StartsWith("T:", StringComparison.Ordinal) ? name.Split('.')[0] : name;
        return id.EndsWith($".{name}", StringComparison.Ordinal) || id.EndsWith($".{type}", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"are banned\s+\(`eng/BannedSymbols\.txt`\):(?<names>.*?)So clients", RegexOptions.Singleline)]
    private static partial Regex BannedSentence();

    [GeneratedRegex("`([A-Za-z.]+)`[,.]")]
    private static partial Regex Name();

    [GeneratedRegex("`((?:src|tests|deploy|crds|bench|docs|eng)/[A-Za-z0-9_./-]+)`")]
    private static partial Regex NamedFile();
}
