using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Reconciler.Core.Status;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>What a PromQL expression asks of one label.</summary>
internal sealed record LabelMatcher(string Label, string Operator, string Value)
{
    /// <summary>The values it names; none where it names a pattern. Patterns of reasons are lists of them.</summary>
    public IEnumerable<string> Literals => Operator is "=" or "!=" ? [Value]
        : Label == PromQuery.Reason ? Value.Split('|')
        : [];
}

/// <summary>The series, labels and values that a PromQL expression names. Not a parser: promtool is one.</summary>
internal sealed partial class PromQuery
{
    public const string Reason = "reason";

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool",
        "abs", "absent", "avg", "bottomk", "ceil", "clamp_max", "clamp_min", "count", "delta", "deriv",
        "histogram_quantile", "increase", "irate", "label_replace", "label_values", "max", "max_over_time",
        "min", "rate", "round", "sum",
        "time", "topk", "vector",
    };

    /// <summary>Labels that Prometheus adds to every series of a target.</summary>
    private static readonly HashSet<string> TargetLabels = new(StringComparer.Ordinal) { "job", "instance", "pod" };

    /// <param name="text">With Grafana's variables, if it has any.</param>
    public PromQuery(string text)
    {
        var rest = Duration().Replace(GrafanaVariable().Replace(text, "1m"), "");
        rest = Grouping().Replace(rest, match =>
        {
            Groupings.UnionWith(NamesIn(match.Groups["a"].Value));
            return " ";
        });
        rest = LabelValues().Replace(rest, match =>
        {
            Groupings.Add(match.Groups["b"].Value);
            return match.Groups["a"].Value;
        });
        rest = Selector().Replace(rest, match =>
        {
            Selectors.Add((match.Groups["a"].Value, [.. Matcher().Matches(match.Groups["b"].Value).Select(
                matcher => new LabelMatcher(
                    matcher.Groups["a"].Value, matcher.Groups["op"].Value, matcher.Groups["b"].Value))]));
            return " ";
        });
        Selectors.AddRange(NamesIn(rest).Where(name => !Words.Contains(name)).Select(
            name => (name, ImmutableArray<LabelMatcher>.Empty)));
    }

    /// <summary>Series, each with its matchers.</summary>
    public List<(string Series, ImmutableArray<LabelMatcher> Matchers)> Selectors { get; } = [];

    /// <summary>Labels in <c>by (…)</c> and the like.</summary>
    public HashSet<string> Groupings { get; } = new(StringComparer.Ordinal);

    /// <summary>What this query names and the operator does not expose.</summary>
    public IEnumerable<string> UnknownTo(ExposedMetrics exposed)
    {
        var known = new HashSet<string>(TargetLabels, StringComparer.Ordinal);
        foreach (var (series, matchers) in Selectors)
        {
            if (exposed.OfSeries(series) is not { } metric)
            {
                yield return series;
                continue;
            }

            known.UnionWith(metric.Labels.Keys);
            foreach (var unknown in matchers.SelectMany(matcher => UnknownIn(matcher, metric)))
            {
                yield return $"{series}{{{unknown}}}";
            }
        }

        foreach (var label in Groupings.Where(label => !known.Contains(label)))
        {
            yield return $"by ({label})";
        }
    }

    /// <summary>A value that a label never has makes a query that is silent for ever. What only faults bring must be
    /// among the rare events of <see cref="ExposedMetrics"/>; of reasons the catalogue says which there are.</summary>
    private static IEnumerable<string> UnknownIn(LabelMatcher matcher, ExposedMetric metric) =>
        TargetLabels.Contains(matcher.Label) ? []
        : !metric.Labels.TryGetValue(matcher.Label, out var values) ? [matcher.Label]
        : matcher.Literals.Where(value => !values.Contains(value) && !IsReason(matcher.Label, value))
            .Select(value => $"{matcher.Label}=\"{value}\"");

    private static bool IsReason(string label, string value) =>
        label == Reason && ReasonCatalogue.Entries.Any(entry => entry.Reason == value);

    private static IEnumerable<string> NamesIn(string text) => Name().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"\$\{?[A-Za-z_]+\}?", RegexOptions.None, 1000)]
    private static partial Regex GrafanaVariable();

    [GeneratedRegex(@"\[[^\]]*\]", RegexOptions.None, 1000)]
    private static partial Regex Duration();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring|group_left|group_right)\s*\((?<a>[^)]*)\)", RegexOptions.None, 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"label_values\((?<a>.*),\s*(?<b>[a-z_]+)\)", RegexOptions.None, 1000)]
    private static partial Regex LabelValues();

    [GeneratedRegex("""(?<a>[a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{(?<b>(?:[^}"]|"[^"]*")*)\}""", RegexOptions.None, 1000)]
    private static partial Regex Selector();

    [GeneratedRegex("""(?<a>[a-z_]+)\s*(?<op>=~|!~|!=|=)\s*"(?<b>[^"]*)"(?:,|\s|$)""", RegexOptions.None, 1000)]
    private static partial Regex Matcher();

    [GeneratedRegex("(?<![0-9.])[a-zA-Z_:][a-zA-Z0-9_:]*", RegexOptions.None, 1000)]
    private static partial Regex Name();
}
