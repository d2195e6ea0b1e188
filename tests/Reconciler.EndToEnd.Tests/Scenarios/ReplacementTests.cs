namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Where the only update is delete and register, no definition is ever lost (crash-safety.md §9).</summary>
public sealed class ReplacementTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_refused_replacement_whose_restoration_is_refused_too_is_undone_by_a_later_operator()
    {
        await using var world = await World.StartAsync(cluster, ApiUnderTest.ConnectJira);
        await world.ApplyInstallationAsync("interval: 10s");
        var first = world.StartOperator();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        var key = await world.KeyAsync("one");

        await RefuseAsync(world, "one");
        await RefuseAsync(world, "unwanted");
        await world.ApplyModuleAsync("one", "unwanted");
        await world.AwaitReasonAsync("dm/one", "InvalidData");
        Assert.Empty(await world.Remote.ModulesAsync());
        await first.KillAsync();

        await world.Remote.ClearFaultsAsync();
        await RefuseAsync(world, "unwanted");
        var seq = await world.Remote.LastSeqAsync();
        world.StartOperator();
        await world.Remote.WaitForModulesAsync(1);

        Assert.Equal("one", await world.RemoteMarkAsync("one"));
        Assert.All(
            await world.Remote.WritesAsync(seq), request => Assert.Equal(200, request["status"]!.GetValue<int>()));
        await world.AwaitReasonAsync("dm/one", "InvalidData");

        await world.ApplyModuleAsync("one", "wanted");
        await world.AwaitReadyAsync("one");
        Assert.Equal("wanted", await world.RemoteMarkAsync("one"));
        Assert.Equal(key, await world.KeyAsync("one"));
        await world.AssertSettledAsync();
    }

    private static Task RefuseAsync(World world, string mark) => world.Remote.AddFaultAsync(
        $$"""{"kind":"statusBeforeCommit","verb":"POST","status":400,"bodyPattern":"\"{{mark}}\"","body":"no"}""");
}
