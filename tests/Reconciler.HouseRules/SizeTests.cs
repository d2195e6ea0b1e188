using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>File, method and line sizes (docs/STYLE.md). Numbers are caps, not goals.</summary>
public sealed partial class SizeTests
{
    private const int SourceFileLinesMax = 400;
    private const int TestFileLinesMax = 600;
    private const int MethodLinesMax = 60;
    private const int LineLengthMax = 120;
    private const int SourceMedianMax = 80;

    [Fact]
    public void No_file_is_longer_than_its_cap()
    {
        var breaches = new Breaches("split the file by concern.");
        foreach (var file in Repository.All)
        {
            var max = file.Path.StartsWith("src/", StringComparison.Ordinal) ? SourceFileLinesMax : TestFileLinesMax;
            breaches.AddIf(file.Lines.Length > max, file.Path, $"{file.Lines.Length} lines, cap {max}");
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void The_median_source_file_is_small()
    {
        var lengths = Repository.Sources.Select(static file => file.Lines.Length).Order().ToList();
        Assert.InRange(lengths[lengths.Count / 2], 0, SourceMedianMax);
    }

    [Fact]
    public void No_line_is_longer_than_its_cap()
    {
        var breaches = new Breaches("break the line.");
        foreach (var file in Repository.All.Concat(Repository.Benchmarks))
        {
            for (var i = 0; i < file.Lines.Length; i++)
            {
                breaches.AddIf(
                    file.Lines[i].Length > LineLengthMax, $"{file.Path}:{i + 1}", $"{file.Lines[i].Length} columns");
            }
        }

        breaches.ShouldBeNone();
    }

    [Fact]
    public void No_method_is_longer_than_60_lines()
    {
        var breaches = new Breaches("extract what has a name of its own; a long table is data.");
        foreach (var file in Repository.All)
        {
            foreach (var (start, length) in Methods(file.Lines))
            {
                breaches.AddIf(length > MethodLinesMax, $"{file.Path}:{start + 1}", $"{length} lines");
            }
        }

        breaches.ShouldBeNone();
    }

    /// <summary>Members by layout: a signature line, then braces alone on lines of the same indentation.</summary>
    private static IEnumerable<(int Start, int Length)> Methods(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!Signature().IsMatch(lines[i]))
            {
                continue;
            }

            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var open = Array.FindIndex(lines, i, line => line == new string(' ', indent) + "{");
            var end = Array.FindIndex(lines, i, line => line.TrimEnd(')', ';') == new string(' ', indent) + "}");
            if (open >= 0 && end > open && open - i < 10)
            {
                yield return (i, end - open - 1);
            }
        }
    }

    [GeneratedRegex(
        "^ +(public|private|internal|protected)"
        + @"( static| async| override| sealed| virtual| partial| unsafe)* [^=;(]+\(")]
    private static partial Regex Signature();
}
