using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;
using Xunit.Abstractions;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>
/// Issue 4/4: three replicas, restarted in turn again and again as a Deployment does (a successor is ready before an
/// old one is asked to stop), while modules come, change and go. No edit is missed, no module lives twice, one leads at
/// a time, and a leader that stops cleanly is followed at once.
/// docs/bench/rolling.md has the figures of the full drill.
/// </summary>
public sealed class RollingDrillTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const int Replicas = 3;
    private const int Modules = 40;

    private static readonly IReadOnlyDictionary<string, string> NothingForeign = new Dictionary<string, string>();

    [Fact]
    public async Task Rolling_restarts_under_constant_edits_miss_nothing_and_make_nothing_twice()
    {
        await using var world = await World.StartAsync(cluster, "rolling-drill");
        await world.Remote.ConfigureAsync("""{"latencyMs":20}""");
        await world.ApplyInstallationAsync("maxDeletes: { count: 100, percent: 100 }");
        var user = new ChangingModules(world, new Random(DrillSize.Seed), Modules);
        var running = new Queue<OperatorProcess>();
        for (var replica = 0; replica < Replicas; replica++)
        {
            running.Enqueue(await StartReadyAsync(world));
        }

        await user.CreateAllAsync();
        var all = new List<OperatorProcess>(running);
        var rolling = RollAsync(world, running, all);
        var edits = 0;
        for (; !rolling.IsCompleted; edits++)
        {
            await user.ChangeAsync();
        }

        await rolling;
        await DrillVerdict.AwaitSettledAsync(world, user);

        var terms = LeaderTerms.Read(all);
        output.WriteLine(
            $"seed {DrillSize.Seed}: {DrillSize.Rolls} rolling restarts of {Replicas}, {terms.Count} terms, "
            + $"{edits} edits ({user.Creates} creates, {user.Updates} updates, {user.Deletes} deletes), "
            + $"{(await world.Remote.WritesAsync()).Count} remote writes; {terms.Describe()}");
        await DrillVerdict.AssertOneEachAsync(world, user, NothingForeign);
        await DrillVerdict.AssertNeverTwoAsync(world, NothingForeign);

        // One that leads is among those that are restarted, each time: fewer would mean that the logs are misread.
        Assert.True(terms.Count > DrillSize.Rolls, $"only {terms.Count} terms");
        Assert.NotEmpty(terms.Handovers);
        terms.AssertOneAtATime();
        Assert.All(terms.Handovers, handover => Assert.InRange(handover, TimeSpan.Zero, DrillSize.Handover));
        await world.AssertSettledAsync();
    }

    private static async Task RollAsync(World world, Queue<OperatorProcess> running, List<OperatorProcess> all)
    {
        for (var roll = 1; roll <= DrillSize.Rolls; roll++)
        {
            var next = Task.Delay(DrillSize.RollEvery, TimeProvider.System);
            for (var replica = 0; replica < Replicas; replica++)
            {
                var successor = await StartReadyAsync(world);
                running.Enqueue(successor);
                all.Add(successor);
                Assert.Equal(0, await running.Dequeue().StopAsync());
            }

            await next;
            await AwaitLeaderAsync(running);
        }
    }

    // Else the first successor of the next restart might be quicker, and that restart would stop no leader.
    private static async Task AwaitLeaderAsync(IEnumerable<OperatorProcess> running) =>
        await await Task.WhenAny(running.Select(one =>
            one.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "LeadershipGained")));

    private static async Task<OperatorProcess> StartReadyAsync(World world)
    {
        var started = world.StartOperator("--leader-elect=true", "--lease-namespace", world.Kubectl.Namespace!);
        await started.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "Synced");
        return started;
    }
}
