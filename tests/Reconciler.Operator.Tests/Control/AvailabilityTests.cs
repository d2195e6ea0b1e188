using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Reconciler.Emulator.Faults;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Operator.Tests.Control;

/// <summary>Starting before the cluster is ready, leading, and stopping in order.</summary>
public sealed class AvailabilityTests
{
    private const string Space = OperatorWorld.Namespace;

    // Log lines by id.
    private const int Synced = 3;
    private const int Leading = 4;
    private const int ClusterUnavailable = 9;
    private const int CannotWatch = 1102;
    private const int NotServed = 1106;

    // A candidate's pause in a world whose chance is always one half.
    private static readonly TimeSpan LooksAtTheLeaseEvery = TimeSpan.FromSeconds(1);

    // Only a guard: no test waits as long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_operator_that_starts_before_its_CRDs_waits_and_is_not_ready()
    {
        using var log = new RecordingLog();
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Loggers = log;
        world.Modules.IsServed = false;
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        world.Start();
        await log.WhenAsync(NotServed);
        Assert.False(world.Health.Readiness().IsHealthy);
        Assert.True(world.Health.Liveness().IsHealthy);

        world.Modules.IsServed = true;

        await world.UntilReadyAsync("one");
        Assert.True(world.Health.Readiness().IsHealthy);
        Assert.Equal(
            "Cannot watch dynamicmodules.reconciler.io: the API server does not serve its v1alpha1. Waiting until its "
                + "CustomResourceDefinition is installed: kubectl apply --server-side -f crds/",
            Assert.Single(log.Lines, line => line.Level > LogLevel.Information).Text);
    }

    [Fact]
    public async Task W14_an_operator_that_starts_before_its_API_server_waits_and_works_once_it_is_up()
    {
        using var log = new RecordingLog();
        await using var world = await OperatorWorld.StartDownAsync();
        (world.Time, world.Loggers) = (new FastTimeProvider(10), log);
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        world.Start();
        await log.WhenAsync(ClusterUnavailable);
        await log.WhenAsync(CannotWatch, times: 4);
        Assert.False(world.Health.Readiness().IsHealthy);
        Assert.True(world.Health.Liveness().IsHealthy, world.Health.Liveness().Text);

        await world.Api.ListenAsync();

        await world.UntilReadyAsync("one");
        Assert.True(world.Health.Readiness().IsHealthy);
        Assert.Equal(4, log.TextsOf(CannotWatch).Count);
        Assert.Single(log.TextsOf(ClusterUnavailable));
    }

    [Fact]
    public async Task L8_a_stand_by_keeps_its_caches_warm_and_lists_nothing_when_it_takes_over()
    {
        var time = new ManualTimeProvider();
        using var log = new RecordingLog();
        await using var world = await OperatorWorld.StartAsync(started: false);
        var leases = world.Api.Serve("coordination.k8s.io/v1", "leases", "Lease", hasStatus: false);
        await world.StartLeadingAsync(time, log, elects: true, identity: "leader");
        await world.ApplyReadyAsync("one");
        world.Start(elects: true, identity: "successor");
        await log.WhenAsync(Synced, times: 2);
        await time.WhenArmedAsync(LooksAtTheLeaseEvery);
        var before = world.Api.Requests.Count;

        await world.StopAsync("leader");
        time.Advance(LooksAtTheLeaseEvery);
        await log.WhenAsync(Leading, times: 2);
        world.ApplyModule("two");
        await world.UntilReadyAsync("two");

        Assert.Equal("successor", HolderOf(leases));
        Assert.DoesNotContain(world.Api.Requests.Skip(before), request => request.IsList || request.IsWatch);
    }

    [Fact]
    public async Task An_operator_that_elects_leads_by_its_lease_and_gives_it_back()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        var leases = world.Api.Serve("coordination.k8s.io/v1", "leases", "Lease", hasStatus: false);
        world.Start(elects: true);
        await world.ApplyReadyAsync("one");
        Assert.Equal("operator-1", HolderOf(leases));

        await world.StopAsync();

        Assert.Null(HolderOf(leases));
    }

    [Fact]
    public async Task A_replica_that_stands_by_is_at_rest_although_edits_wait_in_its_queue()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        var leases = world.Api.Serve("coordination.k8s.io/v1", "leases", "Lease", hasStatus: false);
        world.Start(elects: true, identity: "leader");
        await world.UntilAsync(() => leases.Count == 1);
        world.Start(elects: true, identity: "stand-by");
        var began = TimeProvider.System.GetTimestamp();
        while (!world.Health.Readiness().IsHealthy)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "the stand-by never synced");
            await Task.Yield();
        }

        await world.ApplyReadyAsync("one");
        while (JsonNode.Parse(await world.Dump().WriteAsync(default))!["queue"]!["ready"]!.GetValue<int>() == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "the stand-by never saw the edit");
        }

        await world.UntilIdleAsync();
    }

    [Fact]
    public async Task A_pass_that_runs_when_the_operator_stops_is_finished_first()
    {
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Remote.AddFault(new FaultRule { Kind = FaultKind.Delay, Verb = "POST", DelayMs = 300 });
        world.ApplySecret();
        world.ApplyInstallation();
        world.ApplyModule("one");
        world.ApplyModule("two");
        world.Start();
        await world.Remote.WaitAsync((snapshot, log) => snapshot.InFlight > 0 && log.Count > 0, default);

        await world.StopAsync();

        Assert.Equal(2, world.Remote.Modules().Count);
        Assert.All(["one", "two"], name => Assert.NotNull(world.Modules.Get(name, Space)!["status"]?["key"]));
    }

    [Fact]
    public async Task A_successor_takes_the_ledger_over_and_writes_nothing_else()
    {
        await using var world = await OperatorWorld.StartAsync();
        await world.ApplyReadyAsync("one");
        await world.StopAsync();
        Assert.Equal(1, EpochOf(world));

        world.Start(identity: "operator-2");
        await world.UntilAsync(() => EpochOf(world) == 2);

        Assert.Equal("operator-2", world.Ledgers.Get("acme", Space)!["spec"]!["writer"]!.GetValue<string>());
        await world.PassAsync();
        Assert.Equal(["POST"], world.RemoteWrites());
    }

    private static int EpochOf(OperatorWorld world) =>
        world.Ledgers.Get("acme", Space)!["spec"]!["epoch"]!.GetValue<int>();

    private static string? HolderOf(FakeCollection leases) =>
        (leases.All.Single()["spec"] as JsonObject)?["holderIdentity"]?.GetValue<string>();
}
