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
    public void Each_query_asks_only_for_series_and_labels_that_the_operator_exposes()
    {
        var queries = Panels
            .SelectMany(panel => panel["targets"]!.AsArray().Select(target => (Text(panel, "title"), Text(target!, "expr"))))
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

    private static IEnumerable<(int X, int Y)> CellsOf(JsonNode place)
    {
        var (x, y) = (place["x"]!.GetValue<int>(), place["y"]!.GetValue<int>());
        return Enumerable.Range(x, place["w"]!.GetValue<int>()).SelectMany(
            column => Enumerable.Range(y, place["h"]!.GetValue<int>()).Select(row => (column, row)));
    }

    private static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";
}
