using System.Text.Json;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Commands;

/// <summary><c>reconciler lint</c>, and the same rules as advice in the operator.</summary>
public sealed class LintTests
{
    [Fact]
    public async Task Every_sample_is_clean()
    {
        await using var fixture = await CommandFixture.StartAsync();

        var result = await fixture.RunAsync(["lint", "-f", Path.Combine(Root(), "deploy", "samples")]);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.EndsWith("6 modules checked, 0 errors, 0 warnings.\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_finding_names_file_line_and_field()
    {
        await using var fixture = await CommandFixture.StartAsync();
        var path = fixture.Write("bad.yaml", """
            apiVersion: reconciler.io/v1alpha1
            kind: DynamicModule
            metadata: { name: one }
            spec:
              installationRef: { name: acme }
              type: trigger
              data:
                events: ["avi:jira:updated:issue"]
                endpoint: e
                filter:
                  ignoreSelf: true
                  onError: MAYBE
                later: 1
            """);

        var result = await fixture.RunAsync(["lint", "-f", path]);

        Assert.Equal(1, result.Code);
        Assert.Equal(
            [
                $"{path}:12: error: data.filter.onError must be IGNORE, IGNORE_AND_LOG, RECEIVE, RECEIVE_AND_LOG",
                $"{path}:13: warning: data.later is not documented; it is sent as it is",
                "1 modules checked, 1 errors, 1 warnings.",
            ],
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_warning_alone_succeeds_and_all_unusable_manifests_are_told_at_once()
    {
        await using var fixture = await CommandFixture.StartAsync();
        var warned = fixture.Write("warned.yaml", CommandFixture.ModuleYaml("one", "type: jira:newThing", "{ }"));
        var broken = fixture.Write("broken.yaml", CommandFixture.ModuleYaml("two", "typo: macro")
            + "---\n" + CommandFixture.ModuleYaml("three", "color: red"));

        Assert.Equal(0, (await fixture.RunAsync(["lint", "-f", warned])).Code);
        var result = await fixture.RunAsync(["lint", "-f", broken, "-o", "json"]);

        Assert.Equal(1, result.Code);
        using var answer = JsonDocument.Parse(result.Output);
        Assert.Equal(2, answer.RootElement.GetProperty("errors").GetInt32());
        Assert.True(answer.RootElement.GetProperty("findings")[0].GetProperty("line").GetInt32() > 1);
    }

    [Fact]
    public async Task In_the_operator_the_same_is_a_condition_beside_Ready_and_costs_nothing_at_rest()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one", change: spec => spec["data"]!["later"] = 1);
        world.Start();
        await world.UntilReadyAsync("one");

        var warning = Condition(world, "DataWarning");
        Assert.Equal("True", warning!["status"]!.GetValue<string>());
        Assert.Equal("NotAsDocumented", warning["reason"]!.GetValue<string>());
        Assert.Contains(
            "data.later is not documented", warning["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await world.PassAsync();
        var version = world.Modules.Get("one", OperatorWorld.Namespace)!["metadata"]!["resourceVersion"]!.ToString();
        await world.PassAsync();
        Assert.Equal(
            version, world.Modules.Get("one", OperatorWorld.Namespace)!["metadata"]!["resourceVersion"]!.ToString());

        world.ApplyModule("one");
        await world.UntilAsync(() => Condition(world, "DataWarning") is null);
    }

    private static System.Text.Json.Nodes.JsonNode? Condition(OperatorWorld world, string type) =>
        world.Modules.Get("one", OperatorWorld.Namespace)!["status"]?["conditions"]!.AsArray()
            .FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == type);

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Reconciler.sln")))
        {
            directory = directory.Parent!;
        }

        return directory.FullName;
    }
}
