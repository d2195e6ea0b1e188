using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>T8–T11 of crash-safety.md §5 and the policies around them.</summary>
public sealed class LifeProtocolTests
{
    private readonly World _world = new();

    [Theory]
    [InlineData(DriftPolicy.Correct, Reasons.Synced, 1)]
    [InlineData(DriftPolicy.Warn, Reasons.DriftDetected, 0)]
    [InlineData(DriftPolicy.Ignore, Reasons.Synced, 0)]
    public async Task T8_drift_is_corrected_reported_or_ignored(DriftPolicy drift, string reason, int puts)
    {
        _world.Installation = _world.Installation with { Drift = drift };
        await BindAsync();
        _world.Remote.Modules["key-001"] = World.Content("{\"a\":9}");

        var result = await _world.PassAsync();

        Assert.Equal(reason, result.Verdicts[0].Reason);
        Assert.Equal(puts, _world.Remote.Calls.Count(call => call == "PUT key-001"));
    }

    [Fact]
    public async Task T8_a_changed_spec_is_applied_whatever_the_drift_policy()
    {
        _world.Installation = _world.Installation with { Drift = DriftPolicy.Ignore };
        await BindAsync();
        _world.Change("one", module => module with { Content = World.Content("{\"a\":2}") });

        await _world.PassAsync();

        Assert.Equal("PUT key-001", _world.Remote.Writes.Last());
    }

    [Fact]
    public async Task T8_a_list_that_still_shows_the_state_before_our_write_is_no_drift()
    {
        await BindAsync();
        _world.Change("one", module => module with { Content = World.Content("{\"a\":2}") });
        await _world.PassAsync();
        _world.Remote.Modules["key-001"] = World.Content("{\"a\":1}");

        var result = await _world.PassAsync();

        Assert.Equal(1, _world.Remote.Calls.Count(call => call == "PUT key-001"));
        Assert.IsType<PassOutcome.Wait>(result.Outcome);
    }

    [Fact]
    public async Task T8_a_module_that_somebody_keeps_changing_is_contended()
    {
        await BindAsync();
        ModuleVerdict? verdict = null;
        for (var i = 0; i < 5; i++)
        {
            _world.Remote.Modules["key-001"] = World.Content($"{{\"a\":\"foreign-{i}\"}}");
            verdict = (await _world.PassAsync()).Verdicts[0];
            _world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal((Progress.Stalled, Reasons.Contended), (verdict!.Progress, verdict.Reason));
        Assert.Equal(3, _world.Remote.Calls.Count(call => call == "PUT key-001"));

        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        await _world.PassAsync();
        Assert.Equal(4, _world.Remote.Calls.Count(call => call == "PUT key-001"));
    }

    [Fact]
    public async Task T8_an_update_whose_answer_was_lost_is_recognised_on_the_next_list()
    {
        await BindAsync();
        _world.Change("one", module => module with { Content = World.Content("{\"a\":2}") });
        _world.Remote.Modules["key-001"] = World.Content("{\"a\":2}");

        var result = await _world.PassAsync();

        Assert.Equal(Progress.Ready, result.Verdicts[0].Progress);
        Assert.DoesNotContain("PUT key-001", _world.Remote.Calls);
        Assert.Equal(World.Content("{\"a\":2}").Fingerprint, _world.Ledger.Entries["uid-one"].Applied);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task T8_an_update_refused_for_good_is_not_sent_again()
    {
        await BindAsync();
        _world.Change("one", module => module with { Content = World.Content("{\"a\":2}") });
        _world.Remote.FaultFor = call => call == "PUT key-001" ? new RemoteFault.Rejected("no", 422) : null;
        await _world.PassAsync();
        _world.Restart();

        var result = await _world.PassAsync();

        Assert.Equal(Reasons.InvalidData, result.Verdicts[0].Reason);
        Assert.Equal(1, _world.Remote.Calls.Count(call => call == "PUT key-001"));
    }

    [Fact]
    public async Task T8x_another_type_is_deleted_before_it_is_registered_again()
    {
        await BindAsync();
        _world.Change("one", module => module with { Content = World.Content("{\"a\":1}", "jira:issuePanel") });

        await _world.SettleAsync();

        Assert.Equal(["POST attempt-001", "DELETE key-001", "POST attempt-002"], _world.Remote.Writes);
    }

    [Fact]
    public async Task T9_a_reference_bearing_module_that_vanished_is_held_for_a_person()
    {
        _world.Want("one", type: "jira:customField");
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        _world.Remote.Modules.Clear();

        var result = await _world.SettleAsync();

        Assert.Equal((Progress.Stalled, Reasons.Missing), (result.Verdicts[0].Progress, result.Verdicts[0].Reason));
        Assert.Equal(1, _world.Posts);

        _world.Change("one", module => module with { OnMissing = MissingPolicy.Recreate });
        await _world.SettleAsync();
        Assert.Equal(2, _world.Posts);
    }

    [Fact]
    public async Task T9_a_held_module_can_be_bound_to_another_by_import_key()
    {
        _world.Want("one", type: "macro");
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        _world.Remote.Modules.Clear();
        await _world.SettleAsync();
        var other = _world.Remote.Put(World.Content("{\"a\":1}", "macro"));
        _world.Change("one", module => module with { ImportKey = other });

        var result = await _world.SettleAsync();

        Assert.Equal((Progress.Ready, other), (result.Verdicts[0].Progress, result.Verdicts[0].Key));
        Assert.Equal(1, _world.Posts);
    }

    [Fact]
    public async Task T9_a_module_that_can_be_read_but_is_not_listed_is_left_alone()
    {
        await BindAsync();
        _world.Remote.Unlisted.Add("key-001");

        for (var i = 0; i < 5; i++)
        {
            await _world.PassAsync();
            _world.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(1, _world.Posts);
        Assert.Equal(EntryPhase.Bound, _world.Ledger.Entries["uid-one"].Phase);
    }

    [Fact]
    public async Task T9_a_fresh_module_that_is_not_listed_yet_stays_ready()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Remote.Unlisted.Add("key-001");

        var result = await _world.PassAsync();

        Assert.Equal(Progress.Ready, result.Verdicts[0].Progress);
        Assert.DoesNotContain("GET key-001", _world.Remote.Calls);
    }

    [Fact]
    public async Task T10_a_delete_that_is_not_confirmed_keeps_the_finalizer()
    {
        await BindAsync();
        _world.Change("one", module => module with { Deleting = true });
        _world.Remote.FaultFor = call => call == "GET key-001" ? new RemoteFault.Unavailable("timeout") : null;

        var result = await _world.PassAsync();

        Assert.False(result.Verdicts[0].Released);
        Assert.Equal(EntryPhase.Deleting, _world.Ledger.Entries["uid-one"].Phase);
        _world.Remote.FaultFor = _ => null;
        Assert.True((await _world.PassAsync()).Verdicts[0].Released);
    }

    [Fact]
    public async Task T10_a_stale_list_after_a_delete_shows_no_module_to_adopt()
    {
        _world.Installation = _world.Installation with { Adoption = AdoptionPolicy.IfIdentical };
        await BindAsync();
        _world.Change("one", module => module with { Deleting = true });
        await _world.PassAsync();
        _world.Desired.Clear();
        _world.Want("two");
        _world.Remote.Modules["key-001"] = World.Content("{\"a\":1}");

        await _world.PassAsync();

        Assert.Equal("key-002", _world.Ledger.Entries["uid-two"].Key);
    }

    [Fact]
    public async Task T10r_an_orphaned_module_stays_and_its_resource_goes_even_while_the_remote_is_away()
    {
        await BindAsync();
        _world.Change("one", module => module with { Deleting = true, DeletionPolicy = DeletionPolicy.Orphan });
        _world.Remote.FaultFor = _ => new RemoteFault.Unavailable("away");

        var result = await _world.PassAsync();

        Assert.True(result.Verdicts[0].Released);
        Assert.Equal("key-001", _world.OnlyKey);
        Assert.Empty(_world.Ledger.Entries);
    }

    [Fact]
    public async Task T10i_a_resource_deleted_in_mid_create_is_resolved_then_deleted()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        await _world.PassAsync();
        _world.Change("one", module => module with { Deleting = true });
        _world.Remote.Unlisted.Add("key-001");
        var waiting = await _world.PassAsync();
        Assert.Equal((false, Reasons.ResolvingCreate), (waiting.Verdicts[0].Released, waiting.Verdicts[0].Reason));
        _world.Remote.Unlisted.Clear();

        await _world.SettleAsync();

        Assert.Empty(_world.Remote.Modules);
        Assert.Empty(_world.Desired);
    }

    [Fact]
    public async Task T10i_an_abandoned_create_is_released_now_and_cleaned_up_later()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        await _world.PassAsync();
        _world.Remote.Unlisted.Add("key-001");
        _world.Change("one", module => module with { Deleting = true, Abandoned = true });

        var result = await _world.PassAsync();
        Assert.True(result.Verdicts[0].Released);
        Assert.Single(_world.Ledger.Orphans);
        _world.Desired.Clear();
        _world.Remote.Unlisted.Clear();
        await _world.SettleAsync();

        Assert.Empty(_world.Remote.Modules);
        Assert.Empty(_world.Ledger.Orphans);
    }

    [Fact]
    public async Task T10v_a_resource_that_vanished_without_a_deletion_is_given_time_to_come_back()
    {
        await BindAsync();
        _world.Want("two", "{\"b\":1}");
        await _world.PassAsync();
        _world.Desired.RemoveAt(0);

        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(30));
        await _world.PassAsync();
        Assert.Equal(2, _world.Remote.Modules.Count);

        _world.Clock.Advance(TimeSpan.FromHours(1));
        await _world.PassAsync();
        Assert.Equal("key-002", _world.OnlyKey);
    }

    [Fact]
    public async Task T10v_an_empty_source_deletes_nothing()
    {
        _world.Options = _world.Options with { Windows = new ProtocolWindows { Vanished = TimeSpan.Zero } };
        await BindAsync();
        _world.Desired.Clear();

        var result = await _world.PassAsync();

        Assert.Equal(Reasons.BreakerOpen, result.Installation.Reason);
        Assert.Single(_world.Remote.Modules);
        _world.Installation = _world.Installation with { ApprovedPlanHash = result.Plan!.Hash };
        await _world.PassAsync();
        Assert.Empty(_world.Remote.Modules);
    }

    [Fact]
    public async Task T10x_a_remote_that_refused_us_for_a_day_releases_what_is_deleted()
    {
        await BindAsync();
        _world.Change("one", module => module with { Deleting = true });
        _world.Remote.FaultFor = _ => new RemoteFault.Unauthorized("gone", 401);
        Assert.False((await _world.PassAsync()).Verdicts[0].Released);
        _world.Clock.Advance(TimeSpan.FromHours(25));

        Assert.True((await _world.PassAsync()).Verdicts[0].Released);
    }

    [Fact]
    public async Task A_suspended_module_that_is_deleted_waits_and_says_so()
    {
        await BindAsync();
        _world.Change("one", module => module with { Deleting = true, Suspended = true });

        var result = await _world.PassAsync();

        Assert.Equal((Progress.Paused, Reasons.Suspended, false),
            (result.Verdicts[0].Progress, result.Verdicts[0].Reason, result.Verdicts[0].Released));
        Assert.Single(_world.Remote.Modules);
    }

    [Fact]
    public async Task A_suspended_installation_is_not_even_listed()
    {
        await BindAsync();
        _world.Installation = _world.Installation with { Suspended = true };
        var calls = _world.Remote.Calls.Count;

        var result = await _world.PassAsync();

        Assert.Equal(calls, _world.Remote.Calls.Count);
        Assert.Equal((Progress.Paused, "key-001"), (result.Verdicts[0].Progress, result.Verdicts[0].Key));
    }

    [Theory]
    [InlineData(ManagementMode.Observe)]
    [InlineData(ManagementMode.CreateOnly)]
    [InlineData(ManagementMode.NoDelete)]
    public async Task I9_a_stricter_mode_writes_less(ManagementMode mode)
    {
        await BindAsync();
        _world.Want("two", "{\"b\":1}");
        _world.Change("one", module => module with { Content = World.Content("{\"a\":2}") });
        _world.Installation = _world.Installation with { Mode = mode };
        var before = _world.Remote.Writes.Count();

        await _world.PassAsync();

        var expected = mode switch { ManagementMode.Observe => 0, ManagementMode.CreateOnly => 1, _ => 2 };
        Assert.Equal(expected, _world.Remote.Writes.Count() - before);
    }

    [Fact]
    public async Task I10_nothing_is_asked_before_the_remotes_pause_is_over()
    {
        await BindAsync();
        _world.Remote.FaultFor = _ => new RemoteFault.Throttled("slow down", 429, TimeSpan.FromSeconds(40));
        await _world.PassAsync();
        _world.Remote.FaultFor = _ => null;
        var calls = _world.Remote.Calls.Count;
        _world.Clock.Advance(TimeSpan.FromSeconds(30));

        var gated = await _world.PassAsync();

        Assert.Equal(calls, _world.Remote.Calls.Count);
        Assert.Equal(TimeSpan.FromSeconds(10), Assert.IsType<PassOutcome.Retry>(gated.Outcome).RetryAfter);
        _world.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.IsType<PassOutcome.Settled>((await _world.PassAsync()).Outcome);
    }

    [Fact]
    public async Task I7_the_quota_stops_creates_and_a_delete_makes_room()
    {
        _world.Installation = _world.Installation with { Quota = 2 };
        for (var i = 0; i < 3; i++)
        {
            _world.Want($"m{i}", $"{{\"n\":{i}}}");
        }

        var full = await _world.SettleAsync();
        Assert.Equal(2, _world.Remote.Modules.Count);
        Assert.Equal(Reasons.QuotaExceeded, full.Verdicts[2].Reason);
        Assert.Equal(Reasons.QuotaExceeded, full.Installation.Reason);

        _world.Change("m0", module => module with { Deleting = true });
        await _world.SettleAsync();
        Assert.Equal(2, _world.Remote.Modules.Count);
        Assert.Equal(EntryPhase.Bound, _world.Ledger.Entries["uid-m2"].Phase);
    }

    [Fact]
    public async Task I7_the_remotes_own_limit_is_believed_until_something_is_deleted()
    {
        _world.Remote.Quota = 1;
        _world.Want("m0", "{\"n\":0}");
        _world.Want("m1", "{\"n\":1}");
        await _world.SettleAsync();
        var posts = _world.Posts;
        await _world.PassAsync();
        Assert.Equal(posts, _world.Posts);

        _world.Change("m0", module => module with { Deleting = true });
        await _world.SettleAsync();
        Assert.Equal("uid-m1", Assert.Single(_world.Ledger.Entries).Key);
    }

    [Fact]
    public async Task I11_a_mass_delete_stops_at_the_breaker_and_goes_on_when_approved()
    {
        _world.Installation = _world.Installation with { MaxDeletes = new DeleteBudget(2, 10) };
        for (var i = 0; i < 5; i++)
        {
            _world.Want($"m{i}", $"{{\"n\":{i}}}");
        }

        await _world.PassAsync();
        for (var i = 0; i < 4; i++)
        {
            _world.Change($"m{i}", module => module with { Deleting = true });
        }

        var open = await _world.PassAsync();
        Assert.Equal(5, _world.Remote.Modules.Count);
        Assert.Equal(Reasons.BreakerOpen, open.Verdicts[0].Reason);
        Assert.IsType<PassOutcome.Stalled>(open.Outcome);

        _world.Installation = _world.Installation with { ApprovedPlanHash = open.Plan!.Hash };
        await _world.SettleAsync();
        Assert.Single(_world.Remote.Modules);
    }

    [Fact]
    public async Task A_manual_plan_waits_for_its_hash_and_an_interrupted_one_goes_on()
    {
        _world.Installation = _world.Installation with { ApplyPolicy = ApplyPolicy.Manual };
        _world.Want("m0", "{\"n\":0}");
        _world.Want("m1", "{\"n\":1}");
        var waiting = await _world.PassAsync();
        Assert.Equal(Reasons.ApprovalRequired, waiting.Verdicts[0].Reason);
        Assert.Empty(_world.Remote.Writes);

        _world.Installation = _world.Installation with { ApprovedPlanHash = waiting.Plan!.Hash };
        _world.Remote.FaultFor = call =>
            call.EndsWith("002", StringComparison.Ordinal) ? new RemoteFault.Unavailable("away") : null;
        await _world.PassAsync();
        _world.Remote.FaultFor = _ => null;
        await _world.PassAsync();
        Assert.Equal(2, _world.Remote.Modules.Count);

        _world.Want("m2", "{\"n\":2}");
        Assert.Equal(Reasons.ApprovalRequired, (await _world.PassAsync()).Verdicts[2].Reason);
    }

    [Fact]
    public async Task A_second_module_with_the_same_content_needs_permission()
    {
        _world.Want("one");
        _world.Want("two");

        var result = await _world.PassAsync();

        Assert.Equal([Reasons.Synced, Reasons.DuplicateDesired], result.Verdicts.Select(verdict => verdict.Reason));
        Assert.Equal(1, _world.Posts);
        _world.Change("two", module => module with { AllowDuplicate = true });
        await _world.PassAsync();
        Assert.Equal(2, _world.Remote.Modules.Count);
    }

    [Fact]
    public async Task A_sole_writer_prunes_what_nobody_desires_but_never_what_content_refers_to()
    {
        _world.Installation = _world.Installation with { Ownership = OwnershipMode.Exclusive };
        _world.Remote.Put(World.Content("{\"old\":1}"));
        var field = _world.Remote.Put(World.Content("{\"old\":1}", "jira:customField"));
        _world.Want("one");

        await _world.SettleAsync();

        Assert.Equal([field, "key-003"], _world.Remote.Modules.Keys);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task I4_shared_ownership_never_touches_what_is_not_proven_ours()
    {
        var foreign = _world.Remote.Put(World.Content("{\"foreign\":1}"));
        _world.Want("one");
        await _world.SettleAsync();
        _world.Change("one", module => module with { Deleting = true });

        await _world.SettleAsync();

        Assert.Equal(foreign, _world.OnlyKey);
    }

    private async Task BindAsync()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
    }
}
