using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>One word per thing, and no word that means nothing (docs/STYLE.md).</summary>
public sealed partial class NamingTests
{
    private static readonly string[] BannedParts =
        ["Manager", "Helper", "Util", "Utils", "Utility", "Common", "Processor", "Info", "Base", "Impl"];

    /// <summary>Inside <c>namespace Reconciler.*</c> these simple names bind to the namespace (CS0118).</summary>
    private static readonly string[] NamespaceWords = ["Reconciler", "Operator", "Kubernetes", "Emulator"];

    [Fact]
    public void No_type_has_a_banned_word_in_its_name()
    {
        var breaches = new Breaches("name what the thing is in the words of docs/ARCHITECTURE.md.");
        foreach (var (file, name) in Types())
        {
            var words = Word().Matches(name).Select(static match => match.Value).ToList();
            foreach (var part in BannedParts.Where(part => words.Contains(part)))
            {
                breaches.Add(file.Path, $"type {name} contains \"{part}\"");
            }

            breaches.AddIf(NamespaceWords.Contains(name), file.Path, $"type {name} hides a namespace");
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Every_class_is_sealed_static_or_abstract()
    {
        var breaches = new Breaches("seal it; inheritance is decided, not left open.");
        foreach (var file in Repository.Sources)
        {
            foreach (var line in file.Lines.Where(static line => OpenClass().IsMatch(line)))
            {
                breaches.Add(file.Path, line.Trim());
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Every_type_that_holds_a_secret_says_redacted_when_printed()
    {
        var breaches = new Breaches("override ToString to \"(redacted)\", so that no log or error can print it.");
        foreach (var file in Repository.Sources)
        {
            var text = string.Join('\n', file.Lines);
            breaches.AddIf(
                SecretRecord().IsMatch(text) && !text.Contains("(redacted)", StringComparison.Ordinal),
                file.Path, "a record holds a secret and prints it");
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void Files_have_no_todo_without_an_issue_and_no_commented_out_code()
    {
        var breaches = new Breaches("do it, or name the issue: TODO(#12); delete dead code, git keeps it.");
        foreach (var file in Repository.All.Where(
            static file => !file.Path.Contains("HouseRules", StringComparison.Ordinal)))
        {
            for (var i = 0; i < file.Lines.Length; i++)
            {
                var line = file.Lines[i];
                breaches.AddIf(Todo().IsMatch(line), $"{file.Path}:{i + 1}", "TODO or FIXME without an issue number");
                breaches.AddIf(DeadCode().IsMatch(line), $"{file.Path}:{i + 1}", "commented-out code");
            }
        }

        breaches.ShouldBeNone();
    }

    private static IEnumerable<(SourceFile File, string Name)> Types() =>
        from file in Repository.All
        from line in file.Lines
        let match = TypeDeclaration().Match(line)
        where match.Success
        select (file, match.Groups[1].Value);

    [GeneratedRegex(
        @"^\s*(?:(?:public|internal|private|file|sealed|static|abstract|readonly|partial|ref|protected) )+"
        + @"(?:class|record struct|record|struct|interface|enum) (\w+)")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*(public|internal|private)( partial)? (class|record) \w+(?! struct)")]
    private static partial Regex OpenClass();

    [GeneratedRegex(@"record \w+\([^)]*\bstring (Token|SharedSecret|BearerToken|Password)\b")]
    private static partial Regex SecretRecord();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b(?!\(#\d+\))")]
    private static partial Regex Todo();

    [GeneratedRegex(@"^\s*//\s*(var|await|return|if \(|foreach|public|private|internal)\b.*[;{]\s*$")]
    private static partial Regex DeadCode();
}
