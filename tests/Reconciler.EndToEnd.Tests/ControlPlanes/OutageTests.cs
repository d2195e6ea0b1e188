using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.ControlPlanes;

/// <summary>The API server dies under a running operator.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task H9_an_operator_with_one_processor_goes_on_when_a_killed_api_server_is_back()
    {
        await using var plane = await ControlPlane.StartAsync(RunDirectory.Create("outage"));
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await plane.Kubectl.RunAsync("create", "namespace", "team-a");
        await using var world = await World.StartAsync(plane, plane.Kubectl.In("team-a"), "outage-world");
        var running = world.StartOperatorWith(
            plane.Kubeconfig, new Dictionary<string, string?> { ["DOTNET_PROCESSOR_COUNT"] = "1" });
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        var key = await world.KeyAsync("one");

        for (var outage = 1; outage <= 2; outage++)
        {
            await plane.KillAsync();
            await plane.RestartAsync();
            await world.ApplyModulesAsync($"after-outage-{outage}");
            await world.AwaitReadyAsync($"after-outage-{outage}");
        }

        Assert.False(running.Process.HasExited);
        Assert.Equal(key, await world.KeyAsync("one"));
        Assert.Equal(4, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task An_api_server_killed_while_modules_are_registered_costs_no_module_and_makes_no_second_one()
    {
        await using var plane = await ControlPlane.StartAsync(RunDirectory.Create("outage-in-create"));
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await plane.Kubectl.RunAsync("create", "namespace", "team-a");
        await using var world = await World.StartAsync(plane, plane.Kubectl.In("team-a"), "outage-in-create-world");
        await world.Remote.ConfigureAsync("""{"latencyMs":50}""");
        world.StartOperator();
        await world.ApplyInstallationAsync();
        string[] names = [.. Enumerable.Range(1, 30).Select(n => $"module-{n:d2}")];
        await world.ApplyModulesAsync(names);

        await world.Remote.WaitForRequestsAsync(10, "POST");
        await plane.KillAsync();
        await plane.RestartAsync();
        await world.AwaitReadyAsync(names);

        Assert.Equal(30, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }
}
