using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Leases;
using Reconciler.TestKit.InMemory;

namespace Reconciler.Kubernetes.Tests.Leases;

public sealed class LeaderElectorTests
{
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(15 + 2);

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void L1_with_clocks_an_hour_apart_nobody_leads_twice_and_takeover_takes_duration_plus_retry(int hours) =>
        VirtualTime.Run(async world =>
        {
            var lease = new ElectorWorld(world);
            var first = lease.Add("first");
            await lease.UntilLeaderAsync(first, TimeSpan.FromSeconds(1));
            var second = lease.Add("second", new SkewedClock(world.Clock, TimeSpan.FromHours(hours)));
            await world.AdvanceAsync(TimeSpan.FromMinutes(5));
            Assert.False(second.Elector.IsLeader);
            first.Network.HangsWrites = true;
            var lostAt = world.Clock.Elapsed;
            await world.UntilAsync(
                () =>
                {
                    Assert.False(first.Elector.IsLeader && second.Elector.IsLeader);
                    return second.Elector.IsLeader;
                },
                Takeover + TimeSpan.FromSeconds(2),
                "takeover");
            Assert.True(world.Clock.Elapsed - lostAt >= TimeSpan.FromSeconds(13));
            first.Network.HangsWrites = false;
            await lease.StopAsync();
        });

    [Fact]
    public void L1_the_duration_is_the_one_in_the_object() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        lease.Api.Put(ElectorWorld.Resource, "ns", "operator", Spec(new JsonObject
        {
            ["holderIdentity"] = "gone", ["leaseDurationSeconds"] = 60, ["renewTime"] = "2001-01-01T00:00:00.000000Z",
        }));
        var candidate = lease.Add("candidate");
        await world.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.False(candidate.Elector.IsLeader);
        await world.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.True(candidate.Elector.IsLeader);
        Assert.Equal(1, (int)lease.Lease!["spec"]!["leaseTransitions"]!);
        await lease.StopAsync();
    });

    [Fact]
    public void L2_at_the_deadline_leadership_ends_and_a_hanging_renewal_is_abandoned_before() =>
        VirtualTime.Run(async world =>
        {
            var lease = new ElectorWorld(world);
            var candidate = lease.Add("candidate");
            await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(1));
            var term = candidate.Term;
            candidate.Drain = TimeSpan.FromSeconds(20);
            var renewedAt = world.Clock.Elapsed;
            lease.Api.Intercept = Hang(_ => true);
            var until = renewedAt + TimeSpan.FromSeconds(10);
            await world.AdvanceAsync(until - world.Clock.Elapsed - TimeSpan.FromMilliseconds(1));
            Assert.True(candidate.Elector.IsLeader);
            await world.AdvanceAsync(TimeSpan.FromMilliseconds(1));
            Assert.False(candidate.Elector.IsLeader);
            Assert.True(term.IsCancellationRequested);

            // While the work drains, nothing is written, although the server answers again.
            lease.Api.Intercept = null;
            lease.Api.Requests.Clear();
            await world.AdvanceAsync(TimeSpan.FromSeconds(19));
            Assert.Empty(lease.Api.Requests);
            Assert.True(candidate.IsWorking);
            await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(5));
            Assert.Equal(2, candidate.Terms);
            await lease.StopAsync();
        });

    // The end-to-end suite adds the rolling restart of processes.
    [Fact]
    public void L3_a_clean_stop_drains_while_renewing_then_releases_and_the_successor_leads_within_two_seconds() =>
        VirtualTime.Run(async world =>
        {
            var lease = new ElectorWorld(world);
            var first = lease.Add("first");
            await lease.UntilLeaderAsync(first, TimeSpan.FromSeconds(1));
            var second = lease.Add("second");
            first.Drain = TimeSpan.FromSeconds(30);
            first.Stop.Cancel();
            Assert.True(first.Term.IsCancellationRequested);
            await world.AdvanceAsync(TimeSpan.FromSeconds(29));
            Assert.True(first.Elector.IsLeader);
            Assert.Equal("first", lease.Holder);
            await world.UntilAsync(() => first.Run.IsCompleted, TimeSpan.FromSeconds(2), "first stopped");
            Assert.Null(lease.Holder);
            Assert.Equal(0, second.Elector.Terms);
            await lease.UntilLeaderAsync(second, TimeSpan.FromSeconds(2));
            Assert.Equal((1, 1), (first.Elector.Terms, second.Elector.Terms));
            await lease.StopAsync();
        });

    [Fact]
    public void L3_a_release_finds_its_way_after_a_renewal_whose_answer_was_lost() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var candidate = lease.Add("candidate");
        await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(1));
        lease.Lease!["metadata"]!["resourceVersion"] = "99999";
        candidate.Stop.Cancel();
        await world.UntilAsync(() => candidate.Run.IsCompleted, TimeSpan.FromSeconds(2), "stopped");
        Assert.Null(lease.Holder);
    });

    // Found by the simulation: SIGTERM at step 32.
    [Fact]
    public void L3_a_stop_while_a_take_is_on_its_way_leaves_no_lease_behind() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var first = lease.Add("first");
        await lease.UntilLeaderAsync(first, TimeSpan.FromSeconds(1));
        var second = lease.Add("second");
        second.Network.AnswersWritesAfter = TimeSpan.FromSeconds(1);
        first.Stop.Cancel();
        await world.UntilAsync(() => lease.Holder == "second", TimeSpan.FromSeconds(3), "second takes it");
        Assert.False(second.Elector.IsLeader);

        second.Stop.Cancel();

        await world.UntilAsync(() => second.Run.IsCompleted, TimeSpan.FromSeconds(3), "stopped");
        Assert.Null(lease.Holder);
    });

    [Fact]
    public void L3_a_take_that_is_never_answered_keeps_nobody_from_stopping() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var first = lease.Add("first");
        await lease.UntilLeaderAsync(first, TimeSpan.FromSeconds(1));
        var second = lease.Add("second");
        second.Network.HangsWrites = true;
        first.Stop.Cancel();
        await world.AdvanceAsync(TimeSpan.FromSeconds(3));

        second.Stop.Cancel();

        await world.UntilAsync(() => second.Run.IsCompleted, TimeSpan.FromSeconds(3), "stopped");
        Assert.Equal(0, second.Terms);
    });

    [Fact]
    public void L4_leadership_is_regained_after_each_of_a_hundred_network_losses() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var candidate = lease.Add("candidate");
        for (var loss = 1; loss <= 100; loss++)
        {
            await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(20));
            Assert.Equal((loss, loss), (candidate.Terms, candidate.Elector.Terms));
            lease.Api.IsDown = true;
            await world.AdvanceAsync(TimeSpan.FromSeconds(10 + (loss % 13)));
            Assert.False(candidate.Elector.IsLeader);
            lease.Api.IsDown = false;
        }

        await lease.StopAsync();
    });

    [Fact]
    public void L4_a_short_outage_does_not_end_the_term() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var candidate = lease.Add("candidate");
        await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(1));
        for (var outage = 0; outage < 20; outage++)
        {
            lease.Api.IsDown = true;
            await world.AdvanceAsync(TimeSpan.FromSeconds(7));
            lease.Api.IsDown = false;
            await world.AdvanceAsync(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(1, candidate.Terms);
        await lease.StopAsync();
    });

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"spec":{}}""")]
    [InlineData("""{"spec":{"holderIdentity":null,"leaseDurationSeconds":15}}""")]
    [InlineData("""{"spec":{"holderIdentity":"","leaseTransitions":4}}""")]
    public void L5_a_lease_without_holder_or_spec_is_taken_at_once(string json) => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var present = (JsonObject)JsonNode.Parse(json)!;
        present["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kept"] = "yes" } };
        lease.Api.Put(ElectorWorld.Resource, "ns", "operator", present);
        var candidate = lease.Add("candidate");
        await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(1));
        Assert.Equal("candidate", lease.Holder);
        Assert.Equal("yes", (string?)lease.Lease!["metadata"]!["labels"]!["kept"]);
        await lease.StopAsync();
    });

    [Fact]
    public void L6_an_exception_from_every_call_ends_neither_the_loop_nor_is_it_unobserved() =>
        VirtualTime.Run(async world =>
        {
            var unobserved = 0;
            void Count(object? sender, UnobservedTaskExceptionEventArgs args) => unobserved++;
            TaskScheduler.UnobservedTaskException += Count;
            var lease = new ElectorWorld(world);
            lease.Api.Intercept = (_, _, _) => throw new InvalidOperationException("a broken handler");
            var candidate = lease.Add("candidate");
            await world.AdvanceAsync(TimeSpan.FromMinutes(10));
            Assert.False(candidate.Run.IsCompleted);
            Assert.InRange(lease.Api.Requests.Count, 500, 750);
            lease.Api.Intercept = null;
            await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(2));
            lease.Api.Intercept = (_, _, _) => throw new InvalidOperationException("a broken handler");
            await world.AdvanceAsync(TimeSpan.FromMinutes(1));
            Assert.False(candidate.Elector.IsLeader);
            lease.Api.Intercept = null;
            await lease.StopAsync();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            TaskScheduler.UnobservedTaskException -= Count;
            Assert.Equal(0, unobserved);
        });

    [Fact]
    public void L6_a_lost_answer_to_a_renewal_is_resolved_by_reading() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var candidate = lease.Add("candidate");
        await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(1));
        for (var renewal = 0; renewal < 20; renewal++)
        {
            // Committed, but the answer never came: our version is stale now.
            lease.Lease!["metadata"]!["resourceVersion"] = $"{90_000 + renewal}";
            await world.AdvanceAsync(TimeSpan.FromSeconds(3));
        }

        Assert.True(candidate.Elector.IsLeader);
        Assert.Equal(1, candidate.Terms);
        await lease.StopAsync();
    });

    [Fact]
    public void L7_a_replica_thawed_after_its_lease_ran_out_does_not_lead_and_its_term_is_cancelled() =>
        VirtualTime.Run(async world =>
        {
            var lease = new ElectorWorld(world);
            var frozen = new FreezableClock(world.Clock);
            var first = lease.Add("first", frozen);
            await lease.UntilLeaderAsync(first, TimeSpan.FromSeconds(1));
            var second = lease.Add("second");
            await world.AdvanceAsync(TimeSpan.FromSeconds(1));
            frozen.IsFrozen = true;
            await world.AdvanceAsync(TimeSpan.FromSeconds(20));
            Assert.True(second.Elector.IsLeader);

            // Thawed, before any timer has run: the clock alone tells.
            Assert.False(first.Elector.IsLeader);
            var term = first.Term;
            frozen.Thaw();
            await world.SettleAsync();
            Assert.True(term.IsCancellationRequested);
            Assert.Equal("second", lease.Holder);
            frozen.IsFrozen = false;
            await world.AdvanceAsync(TimeSpan.FromMinutes(1));
            Assert.Equal("second", lease.Holder);
            await lease.StopAsync();
        });

    [Fact]
    public void L9_ten_thousand_renewals_leave_no_timer_behind() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var candidate = lease.Add("candidate");
        await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(1));
        await world.AdvanceAsync(TimeSpan.FromMinutes(1));
        var timers = world.Clock.ArmedCount;
        lease.Api.Requests.Clear();
        await world.AdvanceAsync(TimeSpan.FromSeconds(20_000));
        Assert.Equal(10_000, lease.Api.Requests.Count);
        Assert.Equal(timers, world.Clock.ArmedCount);
        await lease.StopAsync();
        Assert.Equal(0, world.Clock.ArmedCount);
    });

    [Fact]
    public void A_lease_taken_by_another_ends_the_term_at_the_next_renewal() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var candidate = lease.Add("candidate");
        await lease.UntilLeaderAsync(candidate, TimeSpan.FromSeconds(1));
        lease.Api.Put(ElectorWorld.Resource, "ns", "operator", Spec(new JsonObject { ["holderIdentity"] = "thief" }));
        await world.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.False(candidate.Elector.IsLeader);
        Assert.Equal("thief", lease.Holder);
        await lease.StopAsync();
    });

    [Fact]
    public void An_exception_of_the_work_releases_the_lease_and_reaches_the_host() => VirtualTime.Run(async world =>
    {
        var lease = new ElectorWorld(world);
        var elector = new LeaderElector(
            GadgetWorld.NewClient(lease.Api, world.Clock),
            new LeaderElectorOptions(new("ns", "operator"), "candidate"),
            world.Clock,
            () => 0.5,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await Assert.ThrowsAsync<InvalidOperationException>(() => elector.RunAsync(
            _ => throw new InvalidOperationException("work"), CancellationToken.None));
        Assert.Null(lease.Holder);
        Assert.False(elector.IsLeader);
    });

    [Fact]
    public void Times_out_of_order_are_refused() => Assert.Throws<ArgumentException>(() =>
        LeaderElectorOptions.Validate(new(new("ns", "a"), "me") { RenewDeadline = TimeSpan.FromSeconds(20) }));

    [Fact]
    public void The_suspend_aware_clock_moves_forward_at_the_rate_of_the_system_clock()
    {
        var clock = new SuspendAwareTimeProvider();
        var start = clock.GetTimestamp();
        Assert.True(clock.TimestampFrequency > 0);
        Assert.True(clock.GetElapsedTime(start) >= TimeSpan.Zero);
        Assert.True(clock.GetElapsedTime(start) < TimeSpan.FromMinutes(1));
    }

    private static JsonObject Spec(JsonObject spec) => new() { ["spec"] = spec };

    private static Func<SeenRequest, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>> Hang(
        Func<SeenRequest, bool> which) => async (seen, _, token) =>
    {
        if (which(seen))
        {
            var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = token.UnsafeRegister(_ => never.TrySetCanceled(token), null);
            await never.Task;
        }

        return null;
    };
}
