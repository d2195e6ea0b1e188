using Reconciler.EndToEnd.Tests.Scenarios;

namespace Reconciler.EndToEnd.Tests.ControlPlanes;

/// <summary>The operator with the rights of deploy/rbac only.</summary>
public sealed class OperatorUnderRbacTests
{
    [Fact]
    public async Task The_role_in_deploy_is_enough_for_a_whole_life()
    {
        await using var account = await OperatorAccount.StartAsync("rbac");
        await account.ControlPlane.Kubectl.RunAsync("create", "namespace", "team-a");
        var kubectl = account.ControlPlane.Kubectl.In("team-a");
        await using var world = await World.StartAsync(account.ControlPlane, kubectl, "rbac-world");
        var running = world.StartOperatorWith(
            await account.KubeconfigAsync(), "--leader-elect=true", "--lease-namespace", OperatorAccount.Namespace);
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        await world.AssertSettledAsync();

        await kubectl.RunAsync("delete", "dm/one", "--timeout=60s");

        Assert.Single(await world.Remote.ModulesAsync());
        Assert.Equal(0, await running.StopAsync());
        Assert.DoesNotContain(
            running.Process.Lines, line => line.Contains("forbidden", StringComparison.OrdinalIgnoreCase));
    }
}
