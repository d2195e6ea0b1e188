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
        var tenant = (await stage.ControlAsync(HttpMethod.Post, "lifecycle/install", "{}"))!["installation"]!
            .GetValue<string>();
        var name = $"tenant-{tenant.Split('/')[^1]}";

        var call = $$""","installation":"{{tenant}}","event":"avi:forge:installed:app" """;
        Assert.Equal(204, (await stage.CallAsync(call))["status"]!.GetValue<int>());

        await stage.Kubectl.WaitAsync("condition=Ready", $"dminst/{name}");
        Assert.Equal(204, (await stage.CallAsync(call))["status"]!.GetValue<int>());
        Assert.Single(await stage.Kubectl.ListAsync("dminst"));
    }

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

    private static string Installation(Uri forge) => $"""
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata:
          name: acme
        spec:
          baseUrl: {forge.ToString().TrimEnd('/')}
          credentials:
            forgeRemote:
              installationId: {EmulatorClient.DefaultInstallation}
        """;
}
