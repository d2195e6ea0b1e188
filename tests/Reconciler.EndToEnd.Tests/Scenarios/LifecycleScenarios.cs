namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The main job: what is applied is registered, kept and deleted (issue 1/4, item 9; issue 3/4).</summary>
public abstract class LifecycleScenarios(ClusterFixture cluster, ApiUnderTest api) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task An_applied_module_becomes_ready_with_the_key_that_the_remote_holds()
    {
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");

        await world.AwaitReadyAsync("one");

        var key = await world.KeyAsync("one");
        Assert.NotEqual(api.HasClientKeys, Guid.TryParse(key, out _));
        Assert.Equal(api.HasClientKeys, key.StartsWith("dm-", StringComparison.Ordinal));
        Assert.Equal("one", await world.RemoteMarkAsync("one"));
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_changed_module_is_updated_and_keeps_its_key()
    {
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        var key = await world.KeyAsync("one");
        var seq = await world.Remote.LastSeqAsync();

        await world.ApplyModuleAsync("one", "another");
        await world.Kubectl.WaitAsync("jsonpath={.status.observedGeneration}=2", "dm/one");
        await world.AwaitReadyAsync("one");

        Assert.Equal(key, await world.KeyAsync("one"));
        Assert.Equal("another", await world.RemoteMarkAsync("one"));
        Assert.Equal(api.UpdateVerbs, (await world.Remote.WritesAsync(seq)).Select(r => r["verb"]!.GetValue<string>()));
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_deleted_module_is_deleted_remotely_before_it_vanishes()
    {
        await using var world = await World.StartAsync(cluster, api);
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
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModuleAsync("one", "one", "deletionPolicy: Orphan");
        await world.AwaitReadyAsync("one");
        var key = await world.KeyAsync("one");

        await world.Kubectl.RunAsync("delete", "dm/one", "--timeout=60s");

        var left = Assert.Single(await world.Remote.ModulesAsync());
        Assert.Equal(key, left["key"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_changed_type_is_refused_and_reaches_nobody()
    {
        await using var world = await World.StartAsync(cluster, api);
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
}
