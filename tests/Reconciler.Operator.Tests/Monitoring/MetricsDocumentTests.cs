using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reconciler.TestKit.Processes;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>docs/metrics.md is what the operator exposes, and no label grows with what users name or remotes
/// say.</summary>
[Collection(MonitoringCollection.Name)]
public sealed partial class MetricsDocumentTests(ExposedMetrics exposed)
{
    private const string Begin = "<!-- generated: begin -->\n";
    private const string End = "<!-- generated: end -->";

    /// <summary>Every label there is, and what its values may be.</summary>
    private static readonly Dictionary<string, string> Labels = new(StringComparer.Ordinal)
    {
        ["code"] = "^([0-9]{1,3}|<error>)$",
        ["controller"] = "^installation$",
        ["host"] = "^127\\.0\\.0\\.1:[0-9]+$",
        ["installation"] = "^[a-z0-9.-]+$",
        ["kind"] = "^[A-Za-z]{1,20}$",
        ["le"] = "^([0-9.]+|\\+Inf)$",
        ["method"] = "^[A-Z]+$",
        ["name"] = "^(installation|reconciler)$",
        ["namespace"] = "^[a-z0-9-]*$",
        ["outcome"] = "^[a-z]+$",
        ["reason"] = "^[A-Za-z_-]{1,40}$",
        ["resource"] = "^[a-z.0-9]+$",
        ["result"] = "^[a-z_]+$",
        ["route"] = "^/[a-z0-9/{}-]*$",
        ["verb"] = "^[A-Z]+$",
        ["verdict"] = "^[a-z]+$",
        ["version"] = "^[a-z0-9.-]+$",
    };

    [Fact]
    public void The_page_lists_what_is_exposed()
    {
        var path = Path.Combine(RepositoryLayout.Root, "docs", "metrics.md");
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length,
            page.IndexOf(End, StringComparison.Ordinal));
        var expected = page[..begin] + Table() + page[end..];
        if (Environment.GetEnvironmentVariable("RECONCILER_REWRITE_GOLDENS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, page);
    }

    [Fact]
    public void Labels_are_bounded()
    {
        foreach (var metric in exposed.All)
        {
            foreach (var (label, values) in metric.Labels)
            {
                Assert.True(Labels.ContainsKey(label), $"{metric.Name} has the unknown label {label}");
                Assert.All(values, value => Assert.Matches(Labels[label], value));
                Assert.All(values, value => Assert.DoesNotMatch(Uuid(), value));
            }
        }
    }

    [Fact]
    public void Every_metric_says_what_it_is() => Assert.All(exposed.All, metric =>
    {
        Assert.EndsWith(".", metric.Help, StringComparison.Ordinal);
        Assert.Equal(metric.Type == "counter", metric.Name.EndsWith("_total", StringComparison.Ordinal));
    });

    private string Table()
    {
        var text = new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        foreach (var metric in exposed.All)
        {
            var labels = string.Join(
                ' ', metric.Labels.Keys.Where(label => label != "le").Select(label => $"`{label}`"));
            text.Append(
                CultureInfo.InvariantCulture, $"| `{metric.Name}` | {metric.Type} | {labels} | {metric.Help} |\n");
        }

        return text.ToString();
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Uuid();
}
