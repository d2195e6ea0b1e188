using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>What has nothing to do with the kind of remote, and the full size (issue 1/4, item 9).</summary>
public sealed class ClusterSideTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_hundred_modules_become_ready_with_one_request_each()
    {
        await using var world = await World.StartAsync(cluster);
        await world.ApplyInstallationAsync();
        string[] names = [.. Enumerable.Range(1, 100).Select(n => $"module-{n:d3}")];
        await world.ApplyModulesAsync(names);

        world.StartOperator();
        await world.AwaitReadyAsync(names);

        Assert.Equal(100, (await world.Remote.WritesAsync()).Count);
        Assert.All(await world.Remote.WritesAsync(), r => Assert.Equal("POST", r["verb"]!.GetValue<string>()));
        Assert.Equal(100, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task The_module_beyond_a_hundred_waits_until_there_is_room()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        string[] names = [.. Enumerable.Range(1, 100).Select(n => $"module-{n:d3}")];
        await world.ApplyModulesAsync(names);
        await world.AwaitReadyAsync(names);
        await world.ApplyModulesAsync("one-more");
        await world.AwaitReasonAsync("dm/one-more", "QuotaExceeded");
        await world.AssertSettledAsync();
        Assert.DoesNotContain(await world.Remote.WritesAsync(), r => r["status"]!.GetValue<int>() == 422);

        await world.Kubectl.RunAsync("delete", "dm/module-050", "--timeout=60s");

        await world.AwaitReadyAsync("one-more");
        Assert.Equal(100, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_module_waits_for_its_installation_and_says_so()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyModulesAsync("one");
        await world.AwaitReasonAsync("dm/one", "InstallationNotFound");

        await world.ApplyInstallationAsync();

        await world.AwaitReadyAsync("one");
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task Every_sample_becomes_ready()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        foreach (var sample in Directory.EnumerateFiles(RepositoryLayout.Samples, "*.yaml"))
        {
            await world.Kubectl.ApplyFilesAsync(sample);
        }

        // The samples point at Atlassian; here their Installation is the emulator's.
        await world.ApplyInstallationAsync();
        var names = (await world.Kubectl.ListAsync("dm")).Select(m => m["metadata"]!["name"]!.GetValue<string>());
        await world.AwaitReadyAsync([.. names]);

        Assert.Equal(6, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
        var table = await world.Kubectl.RunAsync("get", "dm");
        Assert.Equal(6, table.Split("True", StringSplitOptions.None).Length - 1);
        Assert.Equal(6, table.Split("Synced", StringSplitOptions.None).Length - 1);
    }

    [Fact]
    public async Task A_conflicting_finalizer_of_somebody_else_is_left_alone()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        await world.Kubectl.RunAsync(
            "patch", "dm/one", "--type=json", "-p",
            """[{"op":"add","path":"/metadata/finalizers/-","value":"example.com/other"}]""");

        await world.Kubectl.RunAsync("delete", "dm/one", "--wait=false");
        var left = await world.Kubectl.WatchUntilAsync(
            "dm/one", m => m["metadata"]!["finalizers"] is JsonArray { Count: 1 });

        Assert.Equal("example.com/other", left["metadata"]!["finalizers"]![0]!.GetValue<string>());
        Assert.Empty(await world.Remote.ModulesAsync());
        await world.Kubectl.PatchAsync("dm/one", """{"metadata":{"finalizers":null}}""");
        await world.Kubectl.WaitAsync("delete", "dm/one");
    }
}
