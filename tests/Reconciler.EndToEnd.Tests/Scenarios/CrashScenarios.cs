using System.Text.Json.Nodes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The operator is killed −9 between two steps and started again (issue 1/4, item 9; issue 3/4).</summary>
public abstract class CrashScenarios(ClusterFixture cluster, ApiUnderTest api) : IClassFixture<ClusterFixture>
{
    [Theory]
    [InlineData(KillPoint.FinalizerAdded)]
    [InlineData(KillPoint.IntentWritten)]
    [InlineData(KillPoint.CreateCommittedAnswerLost)]
    [InlineData(KillPoint.CreateCommittedAfterDeath)]
    [InlineData(KillPoint.LedgerBound)]
    [InlineData(KillPoint.KeyInStatus)]
    public async Task An_operator_killed_in_a_registration_leaves_one_module_when_it_is_back(KillPoint point)
    {
        await using var world = await World.StartAsync(cluster, api, $"killed-at-{point}");
        await world.ApplyInstallationAsync();
        await DelayAnswersAsync(world, point);
        var first = world.StartOperator();
        await AwaitAsync(world, point, () => world.ApplyModulesAsync("one", "two", "three"));
        await first.KillAsync();

        world.StartOperator();
        await world.Remote.ClearFaultsAsync();
        await world.AwaitReadyAsync("one", "two", "three");

        // They may have been ready before the second operator looked: its first pass is not the one that is counted.
        await world.ForcePassAsync();
        Assert.Equal(3, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task An_operator_killed_in_any_half_of_an_update_completes_it_when_it_is_back()
    {
        await using var world = await World.StartAsync(cluster, api);
        await world.ApplyInstallationAsync();
        var running = world.StartOperator();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        var key = await world.KeyAsync("one");

        foreach (var verb in api.UpdateVerbs)
        {
            await HangAfterCommitAsync(world, verb);
            var seq = await world.Remote.LastSeqAsync();
            await world.ApplyModuleAsync("one", $"killed-after-{verb}");
            await world.Remote.WaitForRequestsAsync(1, verb, seq);
            await running.KillAsync();
            running = world.StartOperator();
            var generation = (await world.Kubectl.GetAsync("dm/one"))["metadata"]!["generation"];
            await world.Kubectl.WaitAsync($"jsonpath={{.status.observedGeneration}}={generation}", "dm/one");
            await world.AwaitReadyAsync("one");

            Assert.Equal($"killed-after-{verb}", await world.RemoteMarkAsync("one"));
            Assert.Equal(key, await world.KeyAsync("one"));
            Assert.Single(await world.Remote.ModulesAsync());
        }

        await world.AssertSettledAsync();
    }

    [Theory]
    [InlineData(KillPoint.DeletionAnnounced)]
    [InlineData(KillPoint.DeleteCommittedAnswerLost)]
    [InlineData(KillPoint.LedgerLetGo)]
    public async Task An_operator_killed_in_a_deletion_completes_it_when_it_is_back(KillPoint point)
    {
        await using var world = await World.StartAsync(cluster, api, $"killed-at-{point}");
        await world.ApplyInstallationAsync();
        var first = world.StartOperator();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        await DelayAnswersAsync(world, point);

        await AwaitAsync(world, point, () => world.Kubectl.RunAsync("delete", "dm/one", "--wait=false"));
        await first.KillAsync();
        Assert.Equal(point == KillPoint.DeletionAnnounced ? 2 : 1, (await world.Remote.ModulesAsync()).Count);
        await world.Remote.ClearFaultsAsync();
        world.StartOperator();
        await world.Kubectl.WaitAsync("delete", "dm/one");

        // It may have been gone before the second operator looked: its first pass takes the ledger over.
        await world.ForcePassAsync();
        Assert.Single(await world.Remote.ModulesAsync());
        await world.AssertSettledAsync();
    }

    private static Task DelayAnswersAsync(World world, KillPoint point) => point switch
    {
        KillPoint.CreateCommittedAnswerLost => HangAfterCommitAsync(world, "POST"),
        KillPoint.CreateCommittedAfterDeath => world.Remote.AddFaultAsync(
            """{"kind":"commitLate","verb":"POST","count":1,"delayMs":3000}"""),
        // Who is killed a moment late has sent a DELETE that never arrives.
        KillPoint.DeletionAnnounced => world.Remote.AddFaultAsync("""{"kind":"hang","verb":"DELETE"}"""),
        KillPoint.DeleteCommittedAnswerLost => HangAfterCommitAsync(world, "DELETE"),
        _ => Task.CompletedTask,
    };

    private static Task HangAfterCommitAsync(World world, string verb) =>
        world.Remote.AddFaultAsync($$"""{"kind":"hangAfterCommit","verb":"{{verb}}","count":1}""");

    // Some of these states pass quickly: who looks for them looks before they come.
    private static async Task AwaitAsync(World world, KillPoint point, Func<Task> begin)
    {
        switch (point)
        {
            case KillPoint.FinalizerAdded:
                await world.Kubectl.WatchUntilAsync(
                    "dm", m => m["metadata"]!["finalizers"] is JsonArray { Count: > 0 }, begin);
                break;
            case KillPoint.IntentWritten or KillPoint.CreateCommittedAfterDeath:
                await world.Kubectl.WatchUntilAsync("dmledger", ledger => HasPhase(ledger, "Intent"), begin);
                break;
            case KillPoint.LedgerBound:
                await world.Kubectl.WatchUntilAsync("dmledger", ledger => HasPhase(ledger, "Bound"), begin);
                break;
            case KillPoint.KeyInStatus:
                await world.Kubectl.WatchUntilAsync("dm", m => m["status"]?["key"] is not null, begin);
                break;
            case KillPoint.DeletionAnnounced:
                await world.Kubectl.WatchUntilAsync("dmledger", ledger => HasPhase(ledger, "Deleting"), begin);
                break;
            case KillPoint.LedgerLetGo:
                await world.Kubectl.WatchUntilAsync("dmledger", ledger => Entries(ledger).Count() == 1, begin);
                break;
            default:
                await begin();
                await world.Remote.WaitForRequestsAsync(
                    1, point == KillPoint.DeleteCommittedAnswerLost ? "DELETE" : "POST");
                break;
        }
    }

    private static bool HasPhase(JsonNode ledger, string phase) =>
        Entries(ledger).Any(entry => entry["phase"]!.GetValue<string>() == phase);

    private static IEnumerable<JsonNode> Entries(JsonNode ledger) =>
        (ledger["spec"]?["entries"] as JsonObject ?? []).Select(entry => entry.Value!);
}
