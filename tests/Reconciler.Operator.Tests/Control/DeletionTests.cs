using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>The finalizer protocol: nothing vanishes before its remote module is dealt with, nothing waits for ever
/// without saying why.</summary>
public sealed class DeletionTests
{
    private const string Space = OperatorWorld.Namespace;

    // A log line by id.
    private const int PassEnded = 102;

    [Fact]
    public async Task A_deleted_module_vanishes_after_its_remote_module()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one", "two");

        world.Modules.Delete("one", Space);
        await world.UntilAsync(() => world.Modules.Get("one", Space) is null);

        Assert.Equal(KeyOf(world, "two"), Assert.Single(world.Remote.Modules()).Key);
        Assert.Single(Entries(world));
        await world.PassAsync();
        Assert.Equal(["POST", "POST", "DELETE"], world.RemoteWrites());
    }

    [Fact]
    public async Task Q6_a_requeued_installation_that_is_gone_asks_neither_the_cluster_nor_the_remote()
    {
        var time = new ManualTimeProvider();
        using var log = new RecordingLog(LogLevel.Debug);
        await using var world = await OperatorWorld.StartAsync(started: false);
        await world.StartLeadingAsync(time, log);
        world.ApplySecret();
        world.ApplyInstallation();
        await world.UntilInstallationReasonAsync("Synced");
        await world.UntilIdleAsync();
        var (asked, called) = (world.Api.Requests.Count, world.Remote.Requests().Count);
        var passes = log.TextsOf(PassEnded).Count;

        world.Installations.Remove("acme", Space);
        await log.WhenAsync(PassEnded, passes + 1);
        // Past the resync that was due.
        time.Advance(TimeSpan.FromMinutes(10));
        await world.UntilIdleAsync();

        // Watches go on whoever comes and goes.
        Assert.DoesNotContain(world.Api.Requests.Skip(asked), request => !request.IsWatch);
        Assert.Equal(called, world.Remote.Requests().Count);
    }

    [Fact]
    public async Task An_orphaned_module_stays_at_the_remote()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one", change: spec => spec["deletionPolicy"] = "Orphan");
        await world.UntilReadyAsync("one");

        world.Modules.Delete("one", Space);
        await world.UntilAsync(() => world.Modules.Get("one", Space) is null);

        Assert.Single(world.Remote.Modules());
        Assert.Empty(Entries(world));
    }

    [Fact]
    public async Task Our_finalizer_is_found_behind_a_foreign_one_which_is_left_alone()
    {
        // Q7: the finalizer of somebody else stands first in the list.
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        var module = world.Modules.Get("one", Space)!;
        module["metadata"]!["finalizers"] = new JsonArray("example.com/other", "reconciler.io/module");
        world.Modules.Put(module);

        world.Modules.Delete("one", Space);
        await world.UntilAsync(
            () => FinalizersOf(world.Modules.Get("one", Space)).SequenceEqual(["example.com/other"]));

        Assert.Empty(world.Remote.Modules());
    }

    [Fact]
    public async Task A_deletion_waits_while_the_installation_is_suspended()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        world.ApplyInstallation(change: spec => spec["suspend"] = true);
        await world.UntilInstallationReasonAsync("Suspended");

        world.Modules.Delete("one", Space);
        await world.UntilAsync(() => world.Modules.Get("one", Space)!.Meta()["deletionTimestamp"] is not null);
        await world.PassAsync();
        Assert.Single(world.Remote.Modules());
        Assert.NotNull(world.Modules.Get("one", Space));

        world.ApplyInstallation();
        await world.UntilAsync(() => world.Modules.Get("one", Space) is null);
        Assert.Empty(world.Remote.Modules());
    }

    [Fact]
    public async Task A_module_without_an_installation_waits_says_so_and_goes_when_it_is_deleted()
    {
        await using var world = await OperatorWorld.StartAsync();
        world.ApplyModule("one");
        await world.UntilReasonAsync("one", "InstallationNotFound");
        Assert.Contains("team-a/acme does not exist", Message(world, "one"), StringComparison.Ordinal);

        world.Modules.Delete("one", Space);
        await world.UntilAsync(() => world.Modules.Get("one", Space) is null);
        Assert.Empty(world.Remote.Requests());
    }

    [Fact]
    public async Task A_registered_module_whose_installation_is_gone_waits_until_it_is_back()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        world.Installations.Remove("acme", Space);
        await world.UntilReasonAsync("one", "InstallationNotFound");

        world.Modules.Delete("one", Space);
        await world.UntilAsync(() => Message(world, "one").Contains("abandon", StringComparison.Ordinal));
        Assert.Single(world.Remote.Modules());

        world.ApplyInstallation();
        await world.UntilAsync(() => world.Modules.Get("one", Space) is null);
        Assert.Empty(world.Remote.Modules());
    }

    [Fact]
    public async Task An_abandoned_module_goes_and_the_ledger_remembers_the_debt()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        world.Installations.Remove("acme", Space);
        await world.UntilReasonAsync("one", "InstallationNotFound");
        world.Modules.Delete("one", Space);
        await world.UntilAsync(() => Message(world, "one").Contains("abandon", StringComparison.Ordinal));

        var module = world.Modules.Get("one", Space)!;
        module["metadata"]!["annotations"]!["reconciler.io/abandon"] = "true";
        world.Modules.Put(module);
        await world.UntilAsync(() => world.Modules.Get("one", Space) is null);

        Assert.Single(world.Ledgers.Get("acme", Space)!["spec"]!["orphans"]!.AsArray());
        Assert.Equal(["reconciler.io/ledger"], FinalizersOf(world.Ledgers.Get("acme", Space)));
        world.ApplyInstallation();
        await world.UntilAsync(() => world.Ledgers.Get("acme", Space)!["spec"]!["orphans"]!.AsArray().Count == 0);
        Assert.Empty(world.Remote.Modules());
    }

    [Fact]
    public async Task A_deleted_installation_waits_for_its_modules_and_says_for_which()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");

        world.Installations.Delete("acme", Space);
        await world.UntilInstallationReasonAsync("Deleting");
        var message = OperatorWorld.MessageOf(world.Installations.Get("acme", Space));
        Assert.Contains("team-a/one", message, StringComparison.Ordinal);
        world.Modules.Delete("one", Space);

        await world.UntilAsync(() => world.Installations.Get("acme", Space) is null);
        Assert.Null(world.Modules.Get("one", Space));
        Assert.Empty(world.Remote.Modules());
        Assert.Empty(FinalizersOf(world.Ledgers.Get("acme", Space)));
    }

    [Fact]
    public async Task A_finalizer_stripped_by_hand_is_put_back()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        var module = world.Modules.Get("one", Space)!;
        module.Meta().Remove("finalizers");

        world.Modules.Put(module);

        await world.UntilAsync(() => FinalizersOf(world.Modules.Get("one", Space)).Contains("reconciler.io/module"));
        Assert.Equal(["POST"], world.RemoteWrites());
    }

    private static string Message(OperatorWorld world, string module) =>
        OperatorWorld.MessageOf(world.Modules.Get(module, Space));

    private static string KeyOf(OperatorWorld world, string module) =>
        world.Modules.Get(module, Space)!["status"]!["key"]!.GetValue<string>();

    private static JsonObject Entries(OperatorWorld world) =>
        world.Ledgers.Get("acme", Space)!["spec"]!["entries"]!.AsObject();

    private static IEnumerable<string> FinalizersOf(JsonObject? resource) =>
        (resource?.Meta()["finalizers"] as JsonArray)?.Select(item => item!.GetValue<string>()) ?? [];
}
