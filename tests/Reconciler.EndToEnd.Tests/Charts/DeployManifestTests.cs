using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>Whoever uses kubectl or kustomize gets what the chart gives.</summary>
public sealed class DeployManifestTests
{
    private static readonly string[] HelmsOwn = ["helm.sh/chart", "app.kubernetes.io/managed-by"];

    [Fact]
    public async Task The_manifests_in_deploy_are_renderings_of_the_chart()
    {
        foreach (var (path, text) in await DeployFiles.AllAsync())
        {
            await GoldenFile.AssertEqualAsync(path, text);
        }
    }

    [Theory]
    [InlineData("base", "default")]
    [InlineData("overlays/ha", "ha")]
    [InlineData("overlays/namespaced", "namespaced")]
    public async Task Kustomize_builds_what_the_chart_renders(string directory, string name)
    {
        var chart = (await Chart.ObjectsAsync("-f", new ChartCase(name).Values))
            .Where(rendered => !rendered.IsHook).Select(rendered => Plain(rendered.Object));
        var built = await Command.RunAsync(
            await TestPrograms.KubectlAsync(),
            ["kustomize", Path.Combine(RepositoryLayout.Root, "deploy", "kustomize", directory)]);
        var kustomized = (await Chart.ParseAsync(built.Required().Output))
            .Where(one => one["kind"]!.GetValue<string>() != "Namespace").Select(Plain);

        Assert.Equal(chart.Order(StringComparer.Ordinal), kustomized.Order(StringComparer.Ordinal));
    }

    // One line per object, keys in order, and without what only Helm adds.
    private static string Plain(JsonNode one)
    {
        var copy = one.DeepClone();
        foreach (var labels in (JsonNode?[])
            [copy["metadata"]!["labels"], copy["spec"]?["template"]?["metadata"]?["labels"]])
        {
            foreach (var label in HelmsOwn)
            {
                labels?.AsObject().Remove(label);
            }
        }

        var name = $"{copy["kind"]} {copy["metadata"]!["namespace"]}/{copy["metadata"]!["name"]} ";
        return name + Sorted(copy)!.ToJsonString();
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(
            members.OrderBy(one => one.Key, StringComparer.Ordinal)
                .Select(one => KeyValuePair.Create(one.Key, Sorted(one.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
