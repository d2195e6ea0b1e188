using System.Text.Json.Nodes;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>The chart applied, the operator started as its Deployment says and under its ServiceAccount, the samples
/// Ready. Every request that it makes in a whole life is granted, and every grant is used by a request.</summary>
public sealed class LeastPrivilegeTests
{
    [Theory]
    [InlineData("default")]
    [InlineData("namespaced")]
    public async Task The_samples_get_ready_and_no_right_is_missing_or_idle(string name)
    {
        await using var stage = await ChartStage.StartAsync(
            $"chart-{name}", _ => ["-f", new ChartCase(name).Values]);
        var running = await stage.StartOperatorAsync();
        var kubectl = stage.In("team-a");

        await ApplySamplesAsync(kubectl, stage.Emulator.BaseUrl);
        await kubectl.WaitAsync("condition=Ready", "dm", "--all");
        await kubectl.WaitAsync("condition=Ready", "dminst/acme");
        Assert.Equal((await kubectl.ListAsync("dm")).Count, (await stage.Remote.ModulesAsync()).Count);

        var kept = (await kubectl.ListAsync("dm")).Count(IsKept);
        await ReadAgainAsync(stage, kubectl);
        await RepeatAnEventAsync(kubectl);
        await kubectl.RunAsync("delete", "dm", "--all", "--timeout=60s");
        await kubectl.RunAsync("delete", "dminst", "--all", "--timeout=60s");
        Assert.Equal(kept, (await stage.Remote.ModulesAsync()).Count);
        Assert.Equal(0, await running.StopAsync());

        AssertAllGranted(stage);

        // Nothing of ours lives in the second namespace of the case: there it only looks.
        AssertNoneIdle(stage, grant => grant.Namespace != "team-b" || grant.Verb is "list" or "watch");
    }

    [Fact]
    public async Task Tokens_from_Forge_are_kept_and_tenants_found_with_the_rights_of_the_chart_alone()
    {
        await using var stage = await ChartStage.StartAsync("chart-forge", emulator =>
        [
            "-set", "forgeRemote.enabled=true", "-set", "forgeRemote.discovery.enabled=true",
            "-set", "forgeRemote.appIds=[ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa]",
            "-set", "forgeRemote.jwksUrl=https://keys.example.com", "-set", "forgeRemote.tokenNamespace=tokens",
            "-set", "forgeRemote.usableFrom=[team-a]",
            "-set", "forgeRemote.discovery.template.metadata.namespace=team-a",
            "-set", $"forgeRemote.discovery.template.spec.baseUrl={emulator.GetLeftPart(UriPartial.Authority)}",
            "-set", "replicas=2",
        ]);
        var running = await stage.StartOperatorAsync(await ChangesForForgeAsync(stage));
        var kubectl = stage.In("team-a");
        var line = await running.Process.WaitForLineAsync(
            one => one.Contains("Taking tokens from Forge on", StringComparison.Ordinal));
        await running.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "Leading");

        await CallAsync(stage, IntakeOf(line), "avi:forge:installed:app");
        await kubectl.WatchUntilAsync("dminst", one => IsReady(one));
        await kubectl.ApplyAsync(ModuleOf(await kubectl.ListAsync("dminst")));
        await kubectl.WaitAsync("condition=Ready", "dm/one");
        await CallAsync(stage, IntakeOf(line), "avi:forge:upgraded:app");
        Assert.Equal(0, await running.StopAsync());

        AssertAllGranted(stage);
        AssertNoneIdle(stage, grant => grant.Role.Contains("-forge-", StringComparison.Ordinal));
    }

    private static bool IsKept(JsonNode module) => module["spec"]!["deletionPolicy"]!.GetValue<string>() == "Orphan";

    private static void AssertAllGranted(ChartStage stage)
    {
        var grants = Grant.AllOf(stage.Objects);
        var refused = stage.Proxy.Calls.Where(call => !grants.Any(grant => grant.Allows(call))).ToList();
        Assert.Empty(refused);
        Assert.Empty(stage.Proxy.Forbidden);
    }

    private static void AssertNoneIdle(ChartStage stage, Func<Grant, bool> matters)
    {
        var idle = Grant.AllOf(stage.Objects).Where(grant => matters(grant) && !stage.Proxy.Calls.Any(grant.Allows));
        Assert.Empty(idle.ToList());
    }

    private static async Task ApplySamplesAsync(Kubectl kubectl, Uri remote)
    {
        foreach (var file in Directory.GetFiles(RepositoryLayout.Samples, "*.yaml").Order(StringComparer.Ordinal))
        {
            var text = await File.ReadAllTextAsync(file);
            await kubectl.ApplyAsync(text.Replace(
                "https://api.atlassian.com", remote.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        }
    }

    // W11: an event that cannot be decoded makes the operator read that object again, by its name.
    private static async Task ReadAgainAsync(ChartStage stage, Kubectl kubectl)
    {
        (string Resource, string Target)[] all =
        [
            ("installations", "dminst/acme"), ("dynamicmodules", "dm/on-story-updated"),
            ("moduleledgers", "dmledger/acme"), ("secrets", "secret/acme-token"),
        ];
        foreach (var (resource, target) in all)
        {
            stage.Proxy.SpoilNext(resource);
            await kubectl.RunAsync("annotate", target, "example.com/touched=now");
        }

        await ForcePassAsync(kubectl, "after-spoiling");
    }

    // The same event of one object twice in a row is a series, which is a patch: here, since somebody wipes its status.
    private static async Task RepeatAnEventAsync(Kubectl kubectl)
    {
        for (var round = 1; round <= 3; round++)
        {
            await kubectl.RunAsync(
                "patch", "dm/on-story-updated", "--subresource=status", "--type=merge",
                "-p", """{"status":{"conditions":[]}}""");

            // A change of status alone starts no pass; the second one has surely seen it.
            await ForcePassAsync(kubectl, $"wiped-{round}");
            await ForcePassAsync(kubectl, $"wiped-{round}-again");
            await kubectl.WaitAsync("condition=Ready", "dm/on-story-updated");
        }
    }

    private static async Task ForcePassAsync(Kubectl kubectl, string mark)
    {
        await kubectl.RunAsync("annotate", "--overwrite", "dminst/acme", $"reconciler.io/requestedAt={mark}");
        await kubectl.WaitAsync($"jsonpath={{.status.lastHandledReconcileAt}}={mark}", "dminst/acme");
    }

    private static async Task<Func<string, string>> ChangesForForgeAsync(ChartStage stage)
    {
        var template = Path.Combine(stage.ControlPlane.Directory, "installation.yaml");
        var map = stage.Objects.Single(one => one.Kind == "ConfigMap").Object;
        await File.WriteAllTextAsync(template, map["data"]!["installation.yaml"]!.GetValue<string>());
        var keys = new Uri(stage.Emulator.BaseUrl, "/.well-known/jwks.json").AbsoluteUri;
        return argument => argument.Split('=')[0] switch
        {
            "--forge-remote-bind" => "--forge-remote-bind=127.0.0.1:0",
            "--forge-discovery-template" => $"--forge-discovery-template={template}",
            "--forge-jwks-url" => $"--forge-jwks-url={keys}",
            _ => argument,
        };
    }

    private static Uri IntakeOf(string line)
    {
        var start = line.IndexOf("127.0.0.1:", StringComparison.Ordinal);
        var end = line.IndexOfAny([' ', '"', ',', ';'], start);
        return new Uri($"http://{line[start..end].TrimEnd('.')}/forge/lifecycle");
    }

    private static async Task CallAsync(ChartStage stage, Uri intake, string lifecycleEvent)
    {
        var (status, body) = await LoopbackHttp.SendAsync(
            HttpMethod.Post, new Uri(stage.Emulator.BaseUrl, "/_emulator/invocations"),
            $$"""{"url":"{{intake}}","event":"{{lifecycleEvent}}"}""");
        Assert.InRange(status, 200, 299);
        Assert.Equal(204, JsonNode.Parse(body)!["status"]!.GetValue<int>());
    }

    private static bool IsReady(JsonNode resource) => resource["status"]?["conditions"]?.AsArray().Any(one =>
        one!["type"]!.GetValue<string>() == "Ready" && one["status"]!.GetValue<string>() == "True") == true;

    private static string ModuleOf(IReadOnlyList<JsonNode> installations) =>
        Manifests.Trigger("one").Replace(
            "name: acme", $"name: {installations.Single()["metadata"]!["name"]!.GetValue<string>()}",
            StringComparison.Ordinal);
}
