using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.ControlPlanes;

/// <summary>What the other tests take for granted about the test control plane.</summary>
public sealed class ControlPlaneTests
{
    [Fact]
    public async Task A_killed_control_plane_comes_back_with_its_state_its_address_and_its_credentials()
    {
        await using var plane = await ControlPlane.StartAsync(RunDirectory.Create("restart"));
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await plane.Kubectl.RunAsync("create", "namespace", "kept");
        var url = plane.Url;

        await plane.KillAsync();
        Assert.NotEqual(0, (await plane.Kubectl.TryAsync(["get", "namespaces"])).ExitCode);
        await plane.RestartAsync();

        Assert.Equal(url, plane.Url);
        await plane.Kubectl.RunAsync("get", "namespace/kept");
        await plane.Kubectl.RunAsync("get", "dm,dminst,dmledger", "--all-namespaces");
    }

    [Fact]
    public async Task A_watch_sees_the_state_that_it_waits_for_and_ends()
    {
        await using var plane = await ControlPlane.StartAsync(RunDirectory.Create("watch"));
        await plane.Kubectl.RunAsync("create", "configmap", "seen", "--from-literal=a=1");
        var watch = plane.Kubectl.WatchUntilAsync("configmap/seen", c => c["data"]?["a"]?.GetValue<string>() == "2");

        await plane.Kubectl.PatchAsync("configmap/seen", """{"data":{"a":"2"}}""");

        Assert.Equal("seen", (await watch)["metadata"]!["name"]!.GetValue<string>());
    }
}
