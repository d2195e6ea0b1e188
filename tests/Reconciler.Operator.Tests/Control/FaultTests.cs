using System.Text.Json.Nodes;
using Reconciler.Emulator.Faults;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>Trouble of the cluster, of one installation, of one answer: it stays where it is, and passes.</summary>
public sealed class FaultTests
{
    private const string Space = OperatorWorld.Namespace;

    [Fact]
    public async Task A_hanging_remote_of_one_installation_does_not_slow_another()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        await using var hanging = await Emulator.EmulatorServer.StartAsync();
        hanging.AddFault(new FaultRule { Kind = FaultKind.Hang });
        world.ApplySecret(name: "slow-token");
        world.ApplyInstallation("slow", hanging.BaseUrl.ToString());
        world.ApplyModule("stuck", installation: "slow");
        world.Start();
        await hanging.WaitAsync((snapshot, _) => snapshot.InFlight > 0, default);

        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        await world.UntilReadyAsync("one");

        Assert.Null(OperatorWorld.ReadyOf(world.Modules.Get("stuck", Space)));
    }

    /// <summary>The keys in the status and the annotation are what a lost ledger is built again from (T2m): a pass that
    /// did not see the remote must not take them for gone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_outlive_a_ledger_that_is_lost_while_the_remote_cannot_be_seen(bool suspended)
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        var (key, _) = world.KeysOf("one");
        await world.StopAsync();
        world.Ledgers.Remove("acme", Space);
        world.Remote.AddFault(new FaultRule { Kind = FaultKind.StatusBeforeCommit, Status = 500, Verb = "GET" });
        world.ApplyInstallation(change: spec => spec["suspend"] = suspended);

        world.Start();
        await world.UntilInstallationReasonAsync(suspended ? "Suspended" : "RemoteUnavailable");
        await world.UntilReasonAsync("one", suspended ? "Suspended" : "RemoteUnavailable");
        Assert.Equal((key, key), world.KeysOf("one"));

        world.Remote.ClearFaults();
        world.ApplyInstallation(change: spec => spec["suspend"] = false);
        await world.PassAsync();
        await world.UntilReadyAsync("one");
        Assert.Equal((key, key), world.KeysOf("one"));
        Assert.Equal(["POST"], world.RemoteWrites());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_answer_to_a_ledger_write_never_doubles_a_module(bool committed)
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Api.Fail(
            request => request.IsWrite && request.Path.Contains("/moduleledgers", StringComparison.Ordinal),
            new FakeFault.Abort(committed), times: 3);
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");

        world.Start();
        await world.UntilReadyAsync("one");

        Assert.Single(world.Remote.Modules());
        Assert.Equal(["POST"], world.RemoteWrites());
    }

    [Fact]
    public async Task A_refused_status_write_is_made_later()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Api.Fail(
            request => request.Path.EndsWith("/dynamicmodules/one/status", StringComparison.Ordinal),
            new FakeFault.Refuse(500), times: 2);
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");

        world.Start();
        await world.UntilReadyAsync("one");

        Assert.Equal(["POST"], world.RemoteWrites());
    }

    [Fact]
    public async Task A_module_that_cannot_be_guarded_is_not_registered()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Api.Fail(
            request => request.Method == "PATCH"
                && request.Path.EndsWith("/dynamicmodules/two", StringComparison.Ordinal),
            new FakeFault.Refuse(403, "Forbidden"), times: int.MaxValue);
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        world.ApplyModule("two");

        world.Start();
        await world.UntilReadyAsync("one");
        Assert.Single(world.Remote.Modules());

        world.Api.Heal();
        await world.UntilReadyAsync("one", "two");
    }

    [Fact]
    public async Task Labels_and_annotations_of_others_on_a_ledger_survive_our_writes()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        var ledger = world.Ledgers.Get("acme", Space)!;
        ledger.Meta()["labels"] = new JsonObject { ["team"] = "blue" };
        world.Ledgers.Put(ledger);

        world.ApplyModule("two");
        await world.UntilReadyAsync("two");

        Assert.Equal("blue", world.Ledgers.Get("acme", Space)!.Meta()["labels"]!["team"]!.GetValue<string>());
        Assert.Equal(2, world.Ledgers.Get("acme", Space)!["spec"]!["entries"]!.AsObject().Count);
    }

    /// <summary>T4a by a predecessor that was frozen: its late 201 is owed a delete, and written into the ledger of a
    /// successor that has no reason to write it again (seed 1795352419311265).</summary>
    [Fact]
    public async Task What_a_predecessor_adds_to_the_ledger_is_seen_by_the_next_pass()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one", "two");
        await world.PassAsync();
        var ledger = world.Ledgers.Get("acme", Space)!;
        var entries = ledger["spec"]!["entries"]!.AsObject();
        var (uid, entry) = (entries.First().Key, entries.First().Value!);
        entries.Remove(uid);
        ledger["spec"]!["orphans"] = new JsonArray(new JsonObject
        {
            ["key"] = entry["key"]!.GetValue<string>(),
            ["fingerprint"] = entry["fingerprint"]!.GetValue<string>(),
            ["reason"] = "a late 201",
            ["since"] = "2026-11-22T12:00:00Z",
        });
        world.Ledgers.Put(ledger);

        // Passes go on until one begins after the watch has delivered it.
        for (var passes = 0; passes < 1000 && world.RemoteWrites().Count(verb => verb == "DELETE") == 0; passes++)
        {
            await world.PassAsync();
        }

        Assert.Single(world.RemoteWrites(), "DELETE");
    }

    [Fact]
    public async Task A_module_of_a_namespace_that_is_not_allowed_is_refused_until_it_is()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        world.ApplyModule(
            "guest", inNamespace: "team-b", change: spec => spec["installationRef"]!["namespace"] = Space);
        await world.UntilAsync(() => GuestMessage().Contains("allowedNamespaces", StringComparison.Ordinal));
        Assert.Single(world.Remote.Modules());
        Assert.Null(world.Modules.Get("guest", "team-b")!.Meta()["finalizers"]);

        world.ApplyInstallation(change: spec => spec["allowedNamespaces"] = new JsonArray("team-b"));
        await world.UntilAsync(() =>
            OperatorWorld.ReadyOf(world.Modules.Get("guest", "team-b"))?["status"]?.GetValue<string>() == "True");

        string GuestMessage() => OperatorWorld.MessageOf(world.Modules.Get("guest", "team-b"));
    }

    /// <summary>Anybody may name an Installation: what is not allowed is not looked into, and cannot break its passes.
    /// </summary>
    [Fact]
    public async Task Data_of_a_module_that_is_not_allowed_is_not_looked_into()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        world.ApplyModule("guest", inNamespace: "team-b", change: spec =>
        {
            spec["installationRef"]!["namespace"] = Space;
            spec["data"] = new JsonObject { [""] = 1 };
        });
        await world.UntilAsync(() => OperatorWorld.MessageOf(world.Modules.Get("guest", "team-b"))
            .Contains("allowedNamespaces", StringComparison.Ordinal));
        Assert.DoesNotContain(
            world.Modules.Get("guest", "team-b")!["status"]!["conditions"]!.AsArray(),
            condition => condition!["type"]!.GetValue<string>() == "DataWarning");

        world.Modules.Delete("one", Space);
        await world.UntilAsync(() => world.Modules.Get("one", Space) is null);
        Assert.Empty(world.Remote.Modules());
    }

    [Fact]
    public async Task A_deleted_ledger_is_built_again_from_the_mirrored_keys()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        var key = world.Remote.Modules().Single().Key;

        world.Ledgers.Remove("acme", Space);
        await world.UntilAsync(() => world.Ledgers.Get("acme", Space)?["spec"]?["entries"]?.AsObject().Count == 1);

        Assert.Equal(key, world.Remote.Modules().Single().Key);
        Assert.Equal(["POST"], world.RemoteWrites());
    }

    [Fact]
    public async Task An_operator_that_serves_some_namespaces_sees_only_those()
    {
        await using var world = await OperatorWorld.StartAsync(true, "team-a");
        world.ApplyModule("elsewhere", inNamespace: "team-b");
        await world.ApplyReadyAsync("one");

        Assert.Null(OperatorWorld.ReadyOf(world.Modules.Get("elsewhere", "team-b")));
        Assert.All(
            world.Api.Requests.Where(request => request.IsWatch),
            request => Assert.Contains("/namespaces/team-a/", request.Path, StringComparison.Ordinal));
    }
}
