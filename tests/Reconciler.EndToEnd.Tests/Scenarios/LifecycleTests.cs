using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The main job: what is applied is registered, kept and deleted (issue 1/4, item 9).</summary>
public sealed class LifecycleTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task An_applied_module_becomes_ready_with_a_uuid_that_the_remote_holds()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");

        await world.AwaitReadyAsync("one");

        Assert.True(Guid.TryParse(await world.KeyAsync("one"), out _));
        Assert.Equal("one", (await world.RemoteDataAsync("one"))["endpoint"]!.GetValue<string>());
        await world.AssertSettledAsync();
    }

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
        await world.AssertSettledAsync(asksTwice: true);
    }

    [Fact]
    public async Task A_changed_module_is_updated_in_place()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        var key = await world.KeyAsync("one");
        var seq = await world.Remote.LastSeqAsync();

        await world.Kubectl.ApplyAsync(Manifests.Trigger("one", endpoint: "another"));
        await world.Kubectl.WaitAsync("jsonpath={.status.observedGeneration}=2", "dm/one");
        await world.AwaitReadyAsync("one");

        Assert.Equal(key, await world.KeyAsync("one"));
        Assert.Equal("another", (await world.RemoteDataAsync("one"))["endpoint"]!.GetValue<string>());
        var write = Assert.Single(await world.Remote.WritesAsync(seq));
        Assert.Equal("PUT", write["verb"]!.GetValue<string>());
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_deleted_module_is_deleted_remotely_before_it_vanishes()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");

        await world.Kubectl.RunAsync("delete", "dm/one", "--timeout=60s");

        var left = Assert.Single(await world.Remote.ModulesAsync());
        Assert.Equal(await world.KeyAsync("two"), left["key"]!.GetValue<string>());
        var ledger = (await world.Kubectl.GetAsync("dmledger/acme"))["spec"]!["entries"]!.AsObject();
        Assert.Single(ledger);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task An_orphaned_module_stays_at_the_remote()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.Kubectl.ApplyAsync(Manifests.Trigger("one", spec: "deletionPolicy: Orphan"));
        await world.AwaitReadyAsync("one");
        var key = await world.KeyAsync("one");

        await world.Kubectl.RunAsync("delete", "dm/one", "--timeout=60s");

        var left = Assert.Single(await world.Remote.ModulesAsync());
        Assert.Equal(key, left["key"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_changed_type_is_refused_and_reaches_nobody()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");

        var result = await world.Kubectl.TryAsync(
            ["patch", "dm/one", "--type=merge", "-p", """{"spec":{"type":"macro"}}"""]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("type is immutable", result.Error, StringComparison.Ordinal);
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
