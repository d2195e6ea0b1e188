using System.Text.Json.Nodes;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Intake;

/// <summary>Tokens come from Forge alone: no Secret is written by a person (docs/forge-remote.md).</summary>
public sealed class ForgeRemoteTests
{
    [Fact]
    public async Task Tokens_pumped_by_forge_serve_an_installation_and_without_one_nothing_is_concluded()
    {
        await using var stage = await ForgeStage.StartAsync();
        await stage.Kubectl.ApplyAsync(Manifests.Join([Installation(stage.Forge.BaseUrl), Manifests.Trigger("one")]));

        await stage.AwaitReasonAsync("AwaitingToken");
        Assert.Empty(await stage.Forge.Client.RequestsAsync());
        Assert.Equal(401, (await stage.CallAsync(",\"forged\":true"))["status"]!.GetValue<int>());

        await stage.PumpAsync();
        await stage.Kubectl.WaitAsync("condition=Ready", "dm/one");
        Assert.Single(await stage.Forge.Client.ModulesAsync());

        await LoseTokenAsync(stage);
        await stage.Kubectl.RunAsync("delete", "dm/one", "--wait=false");
        await PassAsync(stage, "pass-without-token");
        Assert.Single(await stage.Forge.Client.ModulesAsync());
        Assert.Empty(await stage.Forge.Client.RequestsAsync(verb: "DELETE"));

        var gone = stage.Kubectl.WaitAsync("delete", "dm/one");
        await stage.PumpAsync();
        await gone;
        Assert.Empty(await stage.Forge.Client.ModulesAsync());
        await AssertNoSecretAsync(stage);
    }

    [Fact]
    public async Task A_new_tenant_gets_an_installation_from_the_template()
    {
        await using var stage = await ForgeStage.StartAsync();
        var tenant = await TenantAsync(stage);
        var name = NameOf(tenant);

        var call = $$""","installation":"{{tenant}}","event":"avi:forge:installed:app" """;
        Assert.Equal(204, (await stage.CallAsync(call))["status"]!.GetValue<int>());

        await stage.Kubectl.WaitAsync("condition=Ready", $"dminst/{name}");
        Assert.Equal(204, (await stage.CallAsync(call))["status"]!.GetValue<int>());
        Assert.Single(await stage.Kubectl.ListAsync("dminst"));
    }

    [Fact]
    public async Task A_new_token_and_each_lifecycle_event_start_a_pass_long_before_the_next_resync()
    {
        await using var stage = await ForgeStage.StartAsync();
        await stage.Kubectl.ApplyAsync(Manifests.Join(
            [Installation(stage.Forge.BaseUrl, "interval: 24h"), Manifests.Trigger("one")]));
        await stage.AwaitReasonAsync("AwaitingToken");
        await stage.CallAsync();
        await stage.Kubectl.WaitAsync("condition=Ready", "dm/one");
        await PassAsync(stage, "at-rest");

        // At rest, nothing but the delivery is due for a day. Forge sends the same token until half of its life is
        // over: a longer life makes the next call bring another one.
        var first = await LastTokenAsync(stage);
        await stage.Forge.Client.ConfigureAsync("""{"tokenTtlMs":28800000}""");
        await CallAndAwaitPassAsync(stage, "");
        Assert.NotEqual(first, await LastTokenAsync(stage));
        await CallAndAwaitPassAsync(stage, ",\"event\":\"avi:forge:upgraded:app\"");
        await CallAndAwaitPassAsync(stage, ",\"event\":\"avi:forge:installed:app\"");

        Assert.Single(await stage.Forge.Client.WritesAsync());
    }

    [Fact]
    public async Task A_token_taken_by_a_replica_that_does_not_lead_reaches_the_leader()
    {
        await using var stage = await ForgeStage.StartReplicasAsync();
        await stage.Kubectl.ApplyAsync(Manifests.Join(
            [Installation(stage.Forge.BaseUrl, "interval: 24h"), Manifests.Trigger("one")]));
        await stage.AwaitReasonAsync("AwaitingToken");

        Assert.Equal(204, (await stage.CallAsync())["status"]!.GetValue<int>());

        await stage.Kubectl.WaitAsync("condition=Ready", "dm/one");
        Assert.Single(await stage.Forge.Client.ModulesAsync());
        Assert.DoesNotContain(
            stage.Operator.Process.Lines, line => line.Contains("\"Leading\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Discovery_stops_at_its_bound_and_goes_on_when_there_is_room()
    {
        await using var stage = await ForgeStage.StartAsync("--forge-discovery-max", "1");
        var (first, second) = (await TenantAsync(stage), await TenantAsync(stage));
        Assert.Equal(204, (await stage.CallAsync($",\"installation\":\"{first}\""))["status"]!.GetValue<int>());
        await stage.Kubectl.WaitAsync("condition=Ready", $"dminst/{NameOf(first)}");

        // The answer comes after discovery has decided.
        Assert.Equal(204, (await stage.CallAsync($",\"installation\":\"{second}\""))["status"]!.GetValue<int>());
        Assert.Single(await stage.Kubectl.ListAsync("dminst"));

        await stage.Kubectl.RunAsync("delete", $"dminst/{NameOf(first)}", "--timeout=60s");
        await AwaitRoomAsync(stage, second);
        await stage.Kubectl.WaitAsync("condition=Ready", $"dminst/{NameOf(second)}");
        Assert.Single(await stage.Kubectl.ListAsync("dminst"));
    }

    /// <summary>Calls, as Forge does hourly, until the operator has seen that the first Installation is gone.</summary>
    private static async Task AwaitRoomAsync(ForgeStage stage, string tenant)
    {
        for (var calls = 0; (await stage.Kubectl.ListAsync("dminst")).Count == 0; calls++)
        {
            Assert.True(calls < 100, "no Installation is made although there is room");
            await stage.CallAsync($",\"installation\":\"{tenant}\"");
        }
    }

    private static async Task<string> TenantAsync(ForgeStage stage) =>
        (await stage.ControlAsync(HttpMethod.Post, "lifecycle/install", "{}"))!["installation"]!.GetValue<string>();

    private static string NameOf(string tenant) => $"tenant-{tenant.Split('/')[^1]}";

    private static async Task CallAndAwaitPassAsync(ForgeStage stage, string more)
    {
        var seq = await stage.Forge.Client.LastSeqAsync();
        Assert.Equal(204, (await stage.CallAsync(more))["status"]!.GetValue<int>());
        await stage.Forge.Client.WaitForRequestsAsync(1, "GET", seq);
    }

    private static async Task<string> LastTokenAsync(ForgeStage stage) =>
        (await stage.Forge.Client.RequestsAsync())[^1]["tokenId"]!.GetValue<string>();

    private static async Task LoseTokenAsync(ForgeStage stage)
    {
        await stage.StopPumpAsync();
        await stage.Kubectl.RunAsync("delete", "secret", "-l", "reconciler.io/forge-token=true");
        await stage.AwaitReasonAsync("AwaitingToken");
    }

    private static async Task PassAsync(ForgeStage stage, string token)
    {
        await stage.Kubectl.RunAsync("annotate", "dminst/acme", $"reconciler.io/requestedAt={token}");
        await stage.Kubectl.WaitAsync($"jsonpath={{.status.lastHandledReconcileAt}}={token}", "dminst/acme");
    }

    private static async Task AssertNoSecretAsync(ForgeStage stage)
    {
        var call = await stage.CallAsync();
        var metrics = await LoopbackHttp.SendAsync(
            HttpMethod.Get, new Uri(await stage.Operator.MetricsAddressAsync(), "metrics"));
        Assert.Contains("reconciler_forge_deliveries_total", metrics.Body, StringComparison.Ordinal);
        var seen = string.Join('\n', stage.Operator.Process.Lines) + metrics.Body
            + await stage.Kubectl.RunAsync("get", "dminst,events", "-o", "yaml");
        foreach (var secret in new[] { Text(call, "systemToken"), Text(call, "fit") })
        {
            Assert.DoesNotContain(secret.Split('.')[1], seen, StringComparison.Ordinal);
        }
    }

    private static string Text(JsonNode call, string name) => call[name]!.GetValue<string>();

    private static string Installation(Uri forge, string spec = "") => $"""
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata:
          name: acme
        spec:
          baseUrl: {forge.ToString().TrimEnd('/')}
          {spec}
          credentials:
            forgeRemote:
              installationId: {EmulatorClient.DefaultInstallation}
        """;
}
