using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.ControlPlanes;

/// <summary>Two operators, one leader.</summary>
public sealed class FailoverTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_second_operator_takes_over_from_the_first(bool cleanly)
    {
        await using var plane = await ControlPlane.StartAsync(RunDirectory.Create("failover"));
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await plane.Kubectl.RunAsync("create", "namespace", "team-a");
        await using var world = await World.StartAsync(plane, plane.Kubectl.In("team-a"), "failover-world");
        await world.ApplyInstallationAsync();
        var first = world.StartOperator("--leader-elect=true");
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        var holder = await HolderAsync(plane);
        world.StartOperator("--leader-elect=true");
        await world.ForcePassAsync();
        Assert.Equal(holder, await HolderAsync(plane));

        if (cleanly)
        {
            Assert.Equal(0, await first.StopAsync());
        }
        else
        {
            await first.KillAsync();
        }

        await world.ApplyModulesAsync("two");
        await world.AwaitReadyAsync("one", "two");
        Assert.NotEqual(holder, await HolderAsync(plane));
        Assert.Equal(2, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    private static async Task<string> HolderAsync(ControlPlane plane)
    {
        var lease = Assert.Single(await plane.Kubectl.ListAsync("leases", "--all-namespaces"));
        return lease["spec"]!["holderIdentity"]!.GetValue<string>();
    }
}
