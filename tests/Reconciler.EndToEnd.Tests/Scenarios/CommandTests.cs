using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The commands that look at a cluster, on a real API server (product.md §4).</summary>
public sealed class CommandTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task Why_tells_the_decision_its_rule_and_what_is_next()
    {
        await using var world = await World.StartAsync(cluster);
        await world.Remote.AddFaultAsync("""
            {"kind":"statusBeforeCommit","verb":"POST","status":422,"bodyPattern":"unwanted","body":"no such endpoint"}
            """);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");
        await world.ApplyModuleAsync("bad", "unwanted");
        await world.AwaitReadyAsync("one");
        await world.AwaitReasonAsync("dm/bad", "InvalidData");

        var good = await WhyAsync(world, "dm/one");
        Assert.Contains(await world.KeyAsync("one"), good, StringComparison.Ordinal);
        Assert.Contains("T4a", good, StringComparison.Ordinal);
        var bad = await WhyAsync(world, "dm/bad");
        Assert.Contains("T4b", bad, StringComparison.Ordinal);
        Assert.Contains("no such endpoint", bad, StringComparison.Ordinal);
        Assert.Contains("acme", await WhyAsync(world, "dminst/acme"), StringComparison.Ordinal);

        var missing = await world.RunReconcilerAsync("why", "dm/none", "-n", world.Kubectl.Namespace!);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("none", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_finds_a_cluster_healthy_that_is()
    {
        await using var world = await World.StartAsync(cluster);

        var result = await world.RunReconcilerAsync("doctor", "-n", world.Kubectl.Namespace!);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        foreach (var kind in new[] { "dynamicmodules", "installations", "moduleledgers" })
        {
            Assert.Contains(kind, result.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task The_demo_needs_nothing_and_tells_its_whole_story()
    {
        var result = await Command.RunReconcilerAsync("demo");

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("✓ observed: ", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ForgeV2")]
    [InlineData("ForgeV1")]
    [InlineData("ForgeContainer")]
    [InlineData("ConnectJira")]
    [InlineData("ConnectConfluence")]
    public async Task Doctor_tells_a_good_credential_from_a_bad_one(string name)
    {
        var api = ApiUnderTest.All.Single(one => one.Name == name);
        await using var world = await World.StartAsync(cluster, api);

        Assert.Equal(0, (await DoctorAsync(world, api.Credential)).ExitCode);
        var bad = await DoctorAsync(world, api.WrongCredential);
        Assert.Equal(1, bad.ExitCode);
        Assert.DoesNotContain("wrong", bad.Output, StringComparison.Ordinal);
        Assert.Empty(await world.Remote.WritesAsync());
    }

    private static async Task<string> WhyAsync(World world, string subject)
    {
        var result = await world.RunReconcilerAsync("why", subject, "-n", world.Kubectl.Namespace!);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    private static async Task<CommandResult> DoctorAsync(World world, string credential)
    {
        var path = Path.Combine(world.Directory, "installation.yaml");
        await File.WriteAllTextAsync(
            path, Manifests.Installation(world.Api, world.Remote.BaseUrl, spec: "", credential));
        return await Command.RunReconcilerAsync("doctor", "-f", path);
    }
}
