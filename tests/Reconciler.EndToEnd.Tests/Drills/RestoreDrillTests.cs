using System.Text.Json.Nodes;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>The restore table of the protocol (docs/protocol.md), row by row, on a real API server.</summary>
public sealed class RestoreDrillTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly string[] Names = ["one", "two", "three"];

    [Fact]
    public async Task Lost_statuses_are_written_again_from_the_ledger()
    {
        await using var world = await World.StartAsync(cluster);
        var keys = await ConvergeAsync(world);
        foreach (var name in Names)
        {
            await world.Kubectl.RunAsync("annotate", $"dm/{name}", "reconciler.io/key-");
            await DropStatusAsync(world, $"dm/{name}");
        }

        await DropStatusAsync(world, "dminst/acme");

        await RestartAndExpectAsync(world, keys);
    }

    [Fact]
    public async Task Resources_that_come_back_with_new_uids_find_their_entries_by_name()
    {
        await using var world = await World.StartAsync(cluster);
        var keys = await ConvergeAsync(world);
        await LoseResourcesAsync(world);
        await ApplyAgainAsync(world);

        await RestartAndExpectAsync(world, keys);
    }

    [Fact]
    public async Task In_another_cluster_nothing_is_touched_until_the_takeover_is_confirmed()
    {
        await using var world = await World.StartAsync(cluster);
        var keys = await ConvergeAsync(world);
        await using var plane = await ControlPlane.StartAsync(RunDirectory.Create("other-cluster"));
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await plane.Kubectl.RunAsync("create", "namespace", world.Kubectl.Namespace!);
        await using var other = world.In(plane);
        await ApplyAgainAsync(other);
        await other.Kubectl.ApplyAsync(await LedgerAsync(world));
        var seq = await world.Remote.LastSeqAsync();

        other.StartOperator();
        await other.AwaitReasonAsync("dminst/acme", "TakeoverPending");
        await other.AwaitReasonAsync("dm/one", "TakeoverPending");
        await other.ForcePassAsync();
        Assert.Empty(await world.Remote.WritesAsync(seq));

        var clusterId = (await plane.Kubectl.GetAsync("namespace/kube-system"))["metadata"]!["uid"]!.GetValue<string>();
        await other.Kubectl.RunAsync("annotate", "dminst/acme", $"reconciler.io/confirm-takeover={clusterId}");
        await other.AwaitReadyAsync(Names);
        Assert.Equal(keys, await KeysAsync(other));
        Assert.Empty(await world.Remote.WritesAsync(seq));
    }

    [Fact]
    public async Task A_ledger_that_is_older_than_the_world_deletes_nothing_and_registers_nothing_twice()
    {
        await using var world = await World.StartAsync(cluster);
        var running = await StartAsync(world, "");
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        var old = await LedgerAsync(world);
        await world.ApplyModulesAsync("three");
        await world.AwaitReadyAsync("three");
        await world.Kubectl.RunAsync("delete", "dm/two", "--timeout=60s");
        var keys = await KeysAsync(world);
        Assert.Equal(0, await running.StopAsync());
        await LoseLedgerAsync(world);
        await world.Kubectl.ApplyAsync(old);

        // "two" is bound there but gone, at the remote and here; "three" is unknown there, but its status has a key.
        await RestartAndExpectAsync(world, keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ownership: Exclusive")]
    public async Task A_lost_ledger_is_rebuilt_from_the_mirrored_keys(string spec)
    {
        await using var world = await World.StartAsync(cluster, $"ledger-lost-{spec.Length}");
        var keys = await ConvergeAsync(world, spec);
        await LoseLedgerAsync(world);

        await RestartAndExpectAsync(world, keys);
    }

    [Theory]
    [InlineData("ownership: Exclusive")]
    [InlineData("adoption: IfIdentical")]
    public async Task When_all_is_lost_what_is_identical_is_adopted(string spec)
    {
        await using var world = await World.StartAsync(cluster, $"all-lost-{spec.Length}");
        var keys = await ConvergeAsync(world, spec);
        await LoseResourcesAsync(world);
        await LoseLedgerAsync(world);
        await ApplyAgainAsync(world, spec);

        await RestartAndExpectAsync(world, keys);
    }

    [Fact]
    public async Task When_all_is_lost_a_shared_installation_asks_before_it_makes_twins()
    {
        await using var world = await World.StartAsync(cluster);
        await ConvergeAsync(world);
        await LoseResourcesAsync(world);
        await LoseLedgerAsync(world);
        await ApplyAgainAsync(world);
        var seq = await world.Remote.LastSeqAsync();

        world.StartOperator();
        foreach (var name in Names)
        {
            await world.AwaitReasonAsync($"dm/{name}", "AdoptionRequired");
        }

        await world.ForcePassAsync();
        Assert.Empty(await world.Remote.WritesAsync(seq));
        Assert.Equal(Names.Length, (await world.Remote.ModulesAsync()).Count);
    }

    private static async Task<OperatorProcess> StartAsync(World world, string spec)
    {
        await world.ApplyInstallationAsync(spec);
        return world.StartOperator();
    }

    /// <summary>Three modules bound by an operator that has stopped since.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> ConvergeAsync(World world, string spec = "")
    {
        var running = await StartAsync(world, spec);
        await world.ApplyModulesAsync(Names);
        await world.AwaitReadyAsync(Names);
        var keys = await KeysAsync(world);
        Assert.Equal(0, await running.StopAsync());
        return keys;
    }

    /// <summary>The same keys as before, nothing written to the remote on the way, and nothing left to do.</summary>
    private static async Task RestartAndExpectAsync(World world, IReadOnlyDictionary<string, string> keys)
    {
        var seq = await world.Remote.LastSeqAsync();
        var running = world.StartOperator();
        await running.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "Leading");
        await world.ForcePassAsync();
        await world.AwaitReadyAsync([.. keys.Keys]);

        Assert.Empty(await world.Remote.WritesAsync(seq));
        Assert.Equal(keys, await KeysAsync(world));
        Assert.Equal(keys.Count, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    private static async Task<IReadOnlyDictionary<string, string>> KeysAsync(World world) =>
        new SortedDictionary<string, string>(
            (await world.Kubectl.ListAsync("dm")).ToDictionary(
                module => module["metadata"]!["name"]!.GetValue<string>(),
                module => module["status"]!["key"]!.GetValue<string>(), StringComparer.Ordinal),
            StringComparer.Ordinal);

    private static async Task ApplyAgainAsync(World world, string spec = "")
    {
        await world.ApplyInstallationAsync(spec);
        await world.ApplyModulesAsync(Names);
    }

    private static Task<string> DropStatusAsync(World world, string target) => world.Kubectl.RunAsync(
        "patch", target, "--subresource=status", "--type=json", "-p", """[{"op":"remove","path":"/status"}]""");

    private static async Task LoseResourcesAsync(World world)
    {
        foreach (var target in Names.Select(name => $"dm/{name}").Append("dminst/acme"))
        {
            await LoseAsync(world, target);
        }
    }

    private static Task LoseLedgerAsync(World world) => LoseAsync(world, "dmledger/acme");

    private static async Task LoseAsync(World world, string target)
    {
        await world.Kubectl.PatchAsync(target, """{"metadata":{"finalizers":null}}""");
        await world.Kubectl.RunAsync("delete", target, "--timeout=60s");
    }

    /// <summary>The ledger as a backup holds it: name, finalizers and spec.</summary>
    private static async Task<string> LedgerAsync(World world)
    {
        var ledger = await world.Kubectl.GetAsync("dmledger/acme");
        return new JsonObject
        {
            ["apiVersion"] = "reconciler.io/v1alpha1",
            ["kind"] = "ModuleLedger",
            ["metadata"] = new JsonObject
            {
                ["name"] = "acme",
                ["finalizers"] = ledger["metadata"]!["finalizers"]!.DeepClone(),
            },
            ["spec"] = ledger["spec"]!.DeepClone(),
        }.ToJsonString();
    }
}
