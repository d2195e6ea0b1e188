using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>The chart at the repository root, rendered as `helm template` does (tests/deploy-tools).</summary>
internal static class Chart
{
    public const string Release = "reconciler";

    public const string Namespace = "reconciler-system";

    /// <summary>The rendered text of a case.</summary>
    public static async Task<string> RenderAsync(ChartCase of) =>
        (await TryRenderAsync("-f", of.Values)).Required().Output;

    /// <summary>The rendered objects, in Helm's order; hooks last.</summary>
    public static async Task<IReadOnlyList<RenderedObject>> ObjectsAsync(params string[] arguments)
    {
        var result = await TryRenderAsync([.. arguments, "-output", "json"]);
        return [.. JsonNode.Parse(result.Required().Output)!.AsArray().Select(item => new RenderedObject(item!))];
    }

    /// <summary>The renderer's answer, whatever it is, to options such as `-f FILE` or `-set a.b=c`.</summary>
    public static Task<CommandResult> TryRenderAsync(params string[] arguments) => RunToolAsync(
        ["template", "-namespace", Namespace, .. arguments, Release, RepositoryLayout.Root]);

    public static async Task<CommandResult> RunToolAsync(IReadOnlyList<string> arguments, string? input = null) =>
        await Command.RunAsync(await TestPrograms.DeployToolsAsync(), arguments, input);

    /// <summary>The objects of a text with YAML documents.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ParseAsync(string yaml) =>
        [.. JsonNode.Parse((await RunToolAsync(["json"], yaml)).Required().Output)!.AsArray().Select(node => node!)];
}
