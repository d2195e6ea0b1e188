using System.Text.Json.Nodes;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>Issue 2/4: a leader frozen in mid-create past its lease, another that takes over, and the thaw.</summary>
public sealed class FreezeDrillTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly string[] Names = [.. Enumerable.Range(1, 8).Select(n => $"module-{n}")];

    [Theory]
    [InlineData("Exclusive")]
    [InlineData("Shared")]
    public async Task A_leader_frozen_in_a_create_and_thawed_sends_nothing_more(string ownership)
    {
        await using var world = await World.StartAsync(cluster, $"frozen-{ownership}");
        await world.Remote.ConfigureAsync("""{"latencyMs":250}""");
        await world.ApplyInstallationAsync($"interval: 10s\nownership: {ownership}");
        var (frozen, second) = await FreezeInCreateAsync(world);

        await world.AwaitReadyAsync(Names);
        var seq = await world.Remote.LastSeqAsync();
        await ThawAsync(frozen);

        Assert.Empty(await world.Remote.WritesAsync(seq));
        Assert.Equal(Names.Length, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
        Assert.False(second.Process.HasExited);
    }

    [Theory]
    [InlineData("Exclusive")]
    [InlineData("Shared")]
    public async Task A_create_that_is_committed_after_the_verdict_is_removed_or_reported(string ownership)
    {
        await using var world = await World.StartAsync(cluster, $"late-{ownership}");

        // Beyond T_srv: the platform breaks assumption A2, and the verdict "it did not happen" is wrong.
        await world.Remote.AddFaultAsync("""{"kind":"commitLate","verb":"POST","count":1,"delayMs":60000}""");
        await world.Remote.ConfigureAsync("""{"latencyMs":250}""");
        await world.ApplyInstallationAsync($"interval: 10s\nownership: {ownership}");
        var (frozen, _) = await FreezeInCreateAsync(world);
        await world.AwaitReadyAsync(Names);
        Assert.Equal(Names.Length, (await world.Remote.ModulesAsync()).Count);

        await world.Remote.WaitForModulesAsync(Names.Length + 1);
        await ThawAsync(frozen);

        if (ownership == "Exclusive")
        {
            await world.Remote.WaitForRequestsAsync(1, "DELETE");
            await world.Remote.WaitForModulesAsync(Names.Length);
        }
        else
        {
            await world.Kubectl.WatchUntilAsync("dm", IsDuplicateReported);
            Assert.Empty(await world.Remote.RequestsAsync(verb: "DELETE"));
            Assert.Equal(Names.Length + 1, (await world.Remote.ModulesAsync()).Count);
        }

        Assert.DoesNotContain(await world.Remote.WritesAsync(), r => r["verb"]!.GetValue<string>() == "PUT");
    }

    private static bool IsDuplicateReported(JsonNode module) =>
        module["status"]?["conditions"] is JsonArray conditions
        && conditions.Any(condition => condition!["reason"]!.GetValue<string>() == "DuplicateSuspected");

    /// <summary>Two operators; the leader is frozen after its first POST, and the other one leads.</summary>
    private static async Task<(OperatorProcess Frozen, OperatorProcess Leader)> FreezeInCreateAsync(World world)
    {
        string[] election =
            ["--leader-elect=true", "--lease-namespace", world.Kubectl.Namespace!, "--lease-duration", "5s"];
        var first = world.StartOperator(election);
        await LeadingAsync(first);
        var second = world.StartOperator(election);
        await world.ApplyModulesAsync(Names);
        await world.Remote.WaitForRequestsAsync(1, "POST");
        first.Freeze();
        await LeadingAsync(second);
        return (first, second);
    }

    private static Task LeadingAsync(OperatorProcess running) =>
        running.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "Leading");

    /// <summary>Thaws it and waits until it has noticed that its time is over.</summary>
    private static async Task ThawAsync(OperatorProcess frozen)
    {
        frozen.Thaw();
        await frozen.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "LeadershipLost");
    }
}
