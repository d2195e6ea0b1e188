using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>The dashboard asks for what is exposed, and every panel can be read.</summary>
[Collection(MonitoringCollection.Name)]
public sealed class DashboardTests(ExposedMetrics exposed)
{
    private static readonly JsonNode Dashboard = MonitoringFiles.Dashboard();

    private static IEnumerable<JsonNode> Panels => Dashboard["panels"]!.AsArray()
        .Where(panel => Text(panel!, "type") != "row").Select(panel => panel!);

    [Fact]
    public void Each_query_asks_only_for_series_labels_and_values_that_the_operator_exposes()
    {
        var queries = Panels
            .SelectMany(panel => panel["targets"]!.AsArray()
                .Select(target => (Text(panel, "title"), Text(target!, "expr"))))
            .Concat(Dashboard["templating"]!["list"]!.AsArray()
                .Where(variable => Text(variable!, "type") == "query")
                .Select(variable => (Text(variable!, "name"), Text(variable!["query"]!, "query"))))
            .ToList();
        Assert.InRange(queries.Count, 20, 100);
        Assert.All(queries, query => Assert.Empty(
            new PromQuery(query.Item2).UnknownTo(exposed).Select(unknown => $"{query.Item1}: {unknown}")));
    }

    [Fact]
    public void Every_panel_has_a_title_an_explanation_a_unit_and_a_place_of_its_own()
    {
        Assert.Distinct(Panels.Select(panel => Text(panel, "title")));
        Assert.Distinct(Dashboard["panels"]!.AsArray().Select(panel => panel!["id"]!.GetValue<int>()));
        Assert.All(Panels, panel =>
        {
            Assert.NotEmpty(Text(panel, "description"));
            Assert.NotNull(panel["fieldConfig"]!["defaults"]!["unit"]);
            Assert.Equal("${datasource}", Text(panel["datasource"]!, "uid"));
        });
        var cells = Dashboard["panels"]!.AsArray().SelectMany(panel => CellsOf(panel!["gridPos"]!)).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, 23));
    }

    [Fact]
    public void Series_that_other_programs_have_too_are_asked_of_our_jobs_alone()
    {
        var jobs = Dashboard["templating"]!["list"]!.AsArray().Single(variable => Text(variable!, "name") == "job")!;
        Assert.Equal("label_values(reconciler_build_info, job)", Text(jobs["query"]!, "query"));
        Assert.Null(jobs["allValue"]);
        var shared = Queries.SelectMany(query => new PromQuery(query.Expression).Selectors)
            .Where(selector => !selector.Series.StartsWith("reconciler_", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(shared);
        Assert.All(shared, selector => Assert.True(
            selector.Matchers.Any(matcher => matcher.Label == "job"), selector.Series));
    }

    [Fact]
    public void A_panel_with_a_line_for_each_installation_shows_the_ten_that_matter() =>
        Assert.All(
            Queries.Where(query => query.Panel["type"]!.GetValue<string>() == "timeseries"
                && query.Legend.Contains("{{installation}}", StringComparison.Ordinal)),
            query => Assert.Matches(@"^(top|bottom)k\(10, ", query.Expression));

    [Fact]
    public void Every_panel_lies_under_a_row_and_every_line_has_a_name()
    {
        var all = Dashboard["panels"]!.AsArray().Select(panel => panel!).ToList();
        Assert.Equal("row", Text(all[0], "type"));
        Assert.Equal(all, all.OrderBy(panel => panel["gridPos"]!["y"]!.GetValue<int>())
            .ThenBy(panel => panel["gridPos"]!["x"]!.GetValue<int>()));
        Assert.All(
            all.Where(panel => Text(panel, "type") == "row"),
            row => Assert.Equal(24, row["gridPos"]!["w"]!.GetValue<int>()));
        Assert.All(
            Queries.Where(query => Text(query.Panel, "type") == "timeseries"), query => Assert.NotEmpty(query.Legend));
    }

    private static IEnumerable<(JsonNode Panel, string Expression, string Legend)> Queries => Panels.SelectMany(
        panel => panel["targets"]!.AsArray().Select(
            target => (panel, Text(target!, "expr"), Text(target!, "legendFormat"))));

    private static IEnumerable<(int X, int Y)> CellsOf(JsonNode place)
    {
        var (x, y) = (place["x"]!.GetValue<int>(), place["y"]!.GetValue<int>());
        return Enumerable.Range(x, place["w"]!.GetValue<int>()).SelectMany(
            column => Enumerable.Range(y, place["h"]!.GetValue<int>()).Select(row => (column, row)));
    }

    private static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";
}
