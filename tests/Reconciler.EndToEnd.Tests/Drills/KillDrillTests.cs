using Reconciler.EndToEnd.Tests.Scenarios;
using Xunit.Abstractions;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>
/// Issue 2/4: the operator is killed −9 again and again at random moments, while modules come, change and go and one
/// answer in five is lost and one in five is a 5xx after the commit.
/// </summary>
public sealed class KillDrillTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const int Modules = 60;

    private static readonly string[] Writes = ["POST", "PUT", "DELETE"];

    [Fact]
    public async Task An_operator_killed_again_and_again_leaves_one_module_each()
    {
        var random = new Random(DrillSize.Seed);
        await using var world = await World.StartAsync(cluster, DrillSize.Api, "kill-drill");
        var foreign = await AddForeignAsync(world);
        await world.Remote.ConfigureAsync("""{"latencyMs":20}""");
        await BreakAnswersAsync(world);
        await world.ApplyInstallationAsync("interval: 10s\nmaxDeletes: { count: 100, percent: 100 }");
        var user = new ChangingModules(world, random, Modules);
        await user.CreateAllAsync();

        for (var kill = 1; kill <= DrillSize.Kills; kill++)
        {
            await LiveAndDieAsync(world, user, random);
        }

        await world.Remote.ClearFaultsAsync();
        world.StartOperator();
        await DrillVerdict.AwaitSettledAsync(world, user);

        output.WriteLine(
            $"{world.Api}, seed {DrillSize.Seed}: {DrillSize.Kills} kills, {user.Creates} creates, "
            + $"{user.Updates} updates, {user.Deletes} deletes by the user; {await CountsAsync(world)}; "
            + $"{user.Wanted.Count} modules remain");
        await DrillVerdict.AssertOneEachAsync(world, user, foreign);
        await DrillVerdict.AssertNeverTwoAsync(world, foreign);
        await world.AssertSettledAsync();
    }

    // The random moment is drawn from the whole of a life: while it starts, lists, announces, sends or rests.
    private static async Task LiveAndDieAsync(World world, ChangingModules user, Random random)
    {
        var running = world.StartOperator();
        var changing = user.ChangeAsync();
        if (random.Next(10) > 0)
        {
            await running.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "Leading");
        }

        await Task.Delay(LifeOf(random), TimeProvider.System);
        await running.KillAsync();
        await changing;
    }

    // Six in ten die while they send, three a few passes later. One in ten outlives W, since a create without a trace
    // is given up by a process that has watched it for as long (T6): without such lives nothing new would be sent.
    private static TimeSpan LifeOf(Random random) => random.Next(10) switch
    {
        0 => TimeSpan.FromMilliseconds(random.Next(15_000, 25_000)),
        <= 3 => TimeSpan.FromMilliseconds(random.Next(2_000, 8_000)),
        _ => TimeSpan.FromMilliseconds(random.Next(2_000)),
    };

    private static async Task BreakAnswersAsync(World world)
    {
        foreach (var verb in Writes)
        {
            await world.Remote.AddFaultAsync(
                $$"""{"kind":"dropAfterCommit","verb":"{{verb}}","probability":0.2}""");
            await world.Remote.AddFaultAsync(
                $$"""{"kind":"statusAfterCommit","verb":"{{verb}}","status":503,"probability":0.2}""");
        }
    }

    private static async Task<IReadOnlyDictionary<string, string>> AddForeignAsync(World world)
    {
        for (var n = 1; n <= 5; n++)
        {
            await world.Remote.AddForeignAsync(world.Api.ModuleType, world.Api.Data($"foreign.{n}"));
        }

        return (await world.Remote.ModulesAsync()).ToDictionary(
            module => module["key"]!.GetValue<string>(), module => module["data"]!.ToJsonString(),
            StringComparer.Ordinal);
    }

    private static async Task<string> CountsAsync(World world)
    {
        var writes = await world.Remote.WritesAsync();
        var broken = writes.Count(write => write["fault"] is not null);
        var verbs = writes.CountBy(write => write["verb"]!.GetValue<string>());
        return string.Join(", ", verbs.Select(verb => $"{verb.Value} {verb.Key}"))
            + $", {broken} of them lost or 5xx after the commit";
    }
}
