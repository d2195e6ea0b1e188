using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>T0–T7 and T12 of crash-safety.md §5: never two, never lost.</summary>
public sealed class CreateProtocolTests
{
    private readonly World _world = new();

    [Fact]
    public async Task T0_a_new_writer_raises_the_epoch_before_anything_else()
    {
        _world.Want("one");
        await _world.PassAsync();
        _world.Restart();

        await _world.PassAsync();

        Assert.Equal(2, _world.Ledger.Epoch);
        Assert.Equal(RuleIds.TakeOver, _world.Ledger.Journal.Last().Rule);
    }

    [Fact]
    public async Task T1_nothing_is_created_before_the_finalizer_is_acknowledged()
    {
        _world.Want("one");
        _world.Change("one", module => module with { Guarded = false });

        var result = await _world.PassAsync();

        Assert.Equal(
            (Progress.Reconciling, RuleIds.AwaitFinalizer), (result.Verdicts[0].Progress, result.Verdicts[0].Rule));
        Assert.Empty(_world.Remote.Writes);
    }

    [Fact]
    public async Task T2_an_import_key_binds_the_existing_module_and_corrects_it()
    {
        var key = _world.Remote.Put(World.Content("{\"a\":9}"));
        _world.Want("one");
        _world.Change("one", module => module with { ImportKey = key });

        var result = await _world.PassAsync();

        Assert.Equal((Progress.Ready, key), (result.Verdicts[0].Progress, result.Verdicts[0].Key));
        Assert.Equal([$"PUT {key}"], _world.Remote.Writes);
        await _world.AssertFixpointAsync();
    }

    [Theory]
    [InlineData(OwnershipMode.Exclusive, AdoptionPolicy.Never)]
    [InlineData(OwnershipMode.Shared, AdoptionPolicy.IfIdentical)]
    public async Task T2_an_identical_module_is_adopted_where_policy_says_so(
        OwnershipMode ownership, AdoptionPolicy adoption)
    {
        _world.Installation = _world.Installation with { Ownership = ownership, Adoption = adoption };
        var key = _world.Remote.Put(World.Content("{\"a\":1}"));
        _world.Want("one");

        var result = await _world.PassAsync();

        Assert.Equal((Progress.Ready, key), (result.Verdicts[0].Progress, result.Verdicts[0].Key));
        Assert.Empty(_world.Remote.Writes);
    }

    [Fact]
    public async Task T3h_no_twin_is_made_beside_an_unmanaged_one()
    {
        var key = _world.Remote.Put(World.Content("{\"a\":1}"));
        _world.Want("one");

        var result = await _world.PassAsync();

        Assert.Equal(
            (Progress.Stalled, Reasons.AdoptionRequired), (result.Verdicts[0].Progress, result.Verdicts[0].Reason));
        Assert.Contains(key, result.Verdicts[0].Message, StringComparison.Ordinal);
        Assert.Empty(_world.Remote.Writes);
    }

    [Fact]
    public async Task T4_an_announcement_that_took_too_long_is_not_sent()
    {
        _world.Want("one");
        _world.Store.Before = next =>
        {
            if (next.OpenAttempts().Length > 0)
            {
                _world.Clock.Advance(TimeSpan.FromSeconds(6));
            }
        };

        var result = await _world.PassAsync();

        Assert.Empty(_world.Remote.Writes);
        Assert.IsType<PassOutcome.Retry>(result.Outcome);
        Assert.Empty(_world.Ledger.OpenAttempts());
    }

    [Fact]
    public async Task T4_a_slow_remote_gets_smaller_batches_and_every_module_once()
    {
        for (var i = 0; i < 12; i++)
        {
            _world.Want($"m{i:00}", $"{{\"n\":{i}}}");
        }

        _world.Remote.Before = call =>
        {
            if (call.StartsWith("POST", StringComparison.Ordinal))
            {
                _world.Clock.Advance(TimeSpan.FromSeconds(2));
            }
        };

        await _world.PassAsync();

        Assert.Equal(12, _world.Remote.Modules.Count);
        Assert.Equal(12, _world.Posts);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task T4_nothing_is_sent_after_the_lease_expired()
    {
        _world.Want("one");
        _world.Store.Before = next =>
        {
            if (next.OpenAttempts().Length > 0)
            {
                _world.Fence.Expire();
            }
        };

        await _world.PassAsync();

        Assert.Empty(_world.Remote.Writes);
    }

    [Fact]
    public async Task T4a_a_late_201_is_compensated_when_a_successor_closed_the_attempt()
    {
        _world.Want("one");
        _world.Remote.Before = call =>
        {
            if (call.StartsWith("POST", StringComparison.Ordinal))
            {
                _world.Remote.Before = _ => { };
                _world.Store.Intrude(ledger => ledger.TakeOver("cluster-1", "successor", default).Remove("uid-one"));
            }
        };

        var result = await _world.PassThroughDelaysAsync();

        Assert.IsType<PassOutcome.LedgerUnavailable>(result.Outcome);
        Assert.Equal("key-001", Assert.Single(_world.Ledger.Orphans).Key);
        Assert.Equal("successor", _world.Ledger.Writer);
        _world.Restart();
        await _world.SettleAsync();
        Assert.Single(_world.Remote.Modules);
        Assert.Empty(_world.Ledger.Orphans);
    }

    [Fact]
    public async Task T4a_a_late_201_needs_nothing_when_the_successor_bound_the_key()
    {
        _world.Want("one");
        _world.Remote.Before = call =>
        {
            if (call.StartsWith("POST", StringComparison.Ordinal))
            {
                _world.Store.Intrude(ledger => ledger.TakeOver("cluster-1", "successor", default)
                    .Bind("uid-one", "key-001", World.Content("{\"a\":1}").Fingerprint, null, default));
            }
        };

        await _world.PassThroughDelaysAsync();

        Assert.Empty(_world.Ledger.Orphans);
        Assert.Equal("key-001", _world.Ledger.Entries["uid-one"].Key);
    }

    [Fact]
    public async Task T4a_a_result_is_written_until_it_is_in()
    {
        _world.Want("one");
        _world.Store.WriteFates.Enqueue(WriteFate.Acknowledged);
        _world.Store.WriteFates.Enqueue(WriteFate.Acknowledged);
        _world.Store.WriteFates.Enqueue(WriteFate.LostBeforeCommit);
        _world.Store.WriteFates.Enqueue(WriteFate.LostAfterCommit);
        await _world.PassThroughDelaysAsync();

        Assert.Equal((EntryPhase.Bound, "key-001"),
            (_world.Ledger.Entries["uid-one"].Phase, _world.Ledger.Entries["uid-one"].Key));
        await _world.SettleAsync();
        Assert.Equal(1, _world.Posts);
    }

    [Fact]
    public async Task T4b_refused_content_is_not_sent_again_until_it_changes_not_even_by_another_process()
    {
        _world.Want("one");
        _world.Remote.FaultFor = call =>
            call.StartsWith("POST", StringComparison.Ordinal) ? new RemoteFault.Rejected("bad field", 422) : null;
        var result = await _world.PassAsync();
        Assert.Equal((Progress.Stalled, Reasons.InvalidData), (result.Verdicts[0].Progress, result.Verdicts[0].Reason));

        _world.Restart();
        _world.Clock.Advance(TimeSpan.FromDays(3));
        await _world.PassAsync();
        await _world.PassAsync();
        Assert.Equal(1, _world.Posts);

        _world.Change("one", module => module with { Forced = true });
        await _world.PassAsync();
        Assert.Equal(2, _world.Posts);

        _world.Remote.FaultFor = _ => null;
        _world.Change("one", module => module with { Forced = false, Content = World.Content("{\"a\":2}") });
        await _world.PassAsync();
        Assert.Equal(3, _world.Posts);
        Assert.Single(_world.Remote.Modules);
    }

    [Fact]
    public async Task T4b_a_create_that_was_not_sent_is_simply_tried_again()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.NotSent);

        var result = await _world.PassAsync();

        Assert.IsType<PassOutcome.Retry>(result.Outcome);
        Assert.Empty(_world.Ledger.Entries);
        await _world.SettleAsync();
        Assert.Single(_world.Remote.Modules);
    }

    [Fact]
    public async Task T5_a_lost_response_is_bound_on_the_next_list_without_another_post()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        var first = await _world.PassAsync();
        Assert.Equal(Reasons.ResolvingCreate, first.Verdicts[0].Reason);

        var second = await _world.PassAsync();

        Assert.Equal((Progress.Ready, "key-001"), (second.Verdicts[0].Progress, second.Verdicts[0].Key));
        Assert.Equal(1, _world.Posts);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task T5_two_unknown_twins_and_one_candidate_bind_one_and_wait_for_the_other()
    {
        _world.Want("one");
        _world.Want("two");
        _world.Change("one", module => module with { AllowDuplicate = true });
        _world.Change("two", module => module with { AllowDuplicate = true });
        await RunLostAsync(CreateFate.LostAfterCommit, CreateFate.LostBeforeCommit);

        await _world.PassAsync();

        Assert.Equal(EntryPhase.Bound, _world.Ledger.Entries["uid-one"].Phase);
        Assert.Equal(EntryPhase.Intent, _world.Ledger.Entries["uid-two"].Phase);
        await _world.SettleAsync();
        Assert.Equal(2, _world.Remote.Modules.Count);
        Assert.Equal(3, _world.Posts);
    }

    [Fact]
    public async Task T5_the_identical_candidate_goes_to_the_attempt_that_sent_it()
    {
        _world.Want("one", "{\"a\":1}");
        _world.Want("two", "{\"a\":1,\"b\":2}");
        await RunLostAsync(CreateFate.LostBeforeCommit, CreateFate.LostAfterCommit);

        await _world.PassAsync();

        Assert.Equal(EntryPhase.Intent, _world.Ledger.Entries["uid-one"].Phase);
        Assert.Equal("key-001", _world.Ledger.Entries["uid-two"].Key);
    }

    [Fact]
    public async Task T5_a_module_that_existed_before_is_no_candidate()
    {
        _world.Want("one");
        _world.Change("one", module => module with { AllowDuplicate = true });
        var foreign = _world.Remote.Put(World.Content("{\"a\":1}"));
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();

        await _world.PassAsync();

        Assert.Equal(EntryPhase.Intent, _world.Ledger.Entries["uid-one"].Phase);
        await _world.SettleAsync();
        Assert.NotEqual(foreign, _world.Ledger.Entries["uid-one"].Key);
    }

    [Fact]
    public async Task T5_a_spec_that_changed_meanwhile_binds_what_was_sent_and_then_updates_it()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        await _world.PassAsync();
        _world.Change("one", module => module with { Content = World.Content("{\"a\":2}") });

        await _world.PassAsync();

        Assert.Equal(1, _world.Posts);
        Assert.Equal("PUT key-001", _world.Remote.Writes.Last());
    }

    [Fact]
    public async Task T5w_something_new_of_the_same_type_holds_the_create_until_a_person_says_what_it_is()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();
        var foreign = _world.Remote.Put(World.Content("{\"z\":0}"));
        _world.Clock.Advance(TimeSpan.FromHours(1));
        var result = await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromHours(1));
        await _world.PassAsync();

        Assert.Equal(Reasons.AmbiguousCreate, result.Verdicts[0].Reason);
        Assert.Equal(1, _world.Posts);

        _world.Change("one", module => module with { ImportKey = foreign });
        await _world.SettleAsync();
        Assert.Equal(foreign, _world.Ledger.Entries["uid-one"].Key);
        Assert.Equal(1, _world.Posts);
    }

    [Fact]
    public async Task T5w_a_forced_pass_declares_the_weak_candidate_foreign()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();
        _world.Remote.Put(World.Content("{\"z\":0}"));
        _world.Change("one", module => module with { Forced = true });
        for (var i = 0; i < 4; i++)
        {
            _world.Clock.Advance(TimeSpan.FromMinutes(2));
            await _world.PassAsync();
        }

        Assert.Equal(2, _world.Posts);
        Assert.Equal(EntryPhase.Bound, _world.Ledger.Entries["uid-one"].Phase);
    }

    [Fact]
    public async Task T5w_a_sole_writer_binds_the_only_weak_candidate_and_corrects_it()
    {
        _world.Installation = _world.Installation with { Ownership = OwnershipMode.Exclusive };
        _world.Remote.Defaults = _ => World.Content("{\"changed\":true}");
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        await _world.PassAsync();
        _world.Remote.Defaults = content => content;

        await _world.PassAsync();

        Assert.Equal(["POST attempt-001", "PUT key-001"], _world.Remote.Writes);
    }

    [Fact]
    public async Task T6_only_two_complete_lists_after_W_end_an_attempt_whatever_the_wall_clock_says()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();

        _world.Clock.JumpWallClock(TimeSpan.FromDays(30));
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromSeconds(119));
        await _world.PassAsync();
        Assert.Equal(1, _world.Posts);

        _world.Clock.Advance(TimeSpan.FromSeconds(2));
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromSeconds(29));
        await _world.PassAsync();
        Assert.Equal(1, _world.Posts);

        _world.Clock.Advance(TimeSpan.FromSeconds(2));
        await _world.PassAsync();
        Assert.Equal(2, _world.Posts);
        Assert.Equal(AttemptVerdict.Absent, Assert.Single(_world.Ledger.ClosedAttempts).Verdict);
        Assert.Equal(2, _world.Ledger.Entries.Count + _world.Ledger.ClosedAttempts.Length);
    }

    [Fact]
    public async Task T6_a_new_process_starts_its_own_wait()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromHours(1));
        _world.Restart();

        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromSeconds(60));
        await _world.PassAsync();

        Assert.Equal(1, _world.Posts);
    }

    [Theory]
    [InlineData(OwnershipMode.Shared, 2)]
    [InlineData(OwnershipMode.Exclusive, 1)]
    public async Task T7_more_candidates_than_attempts_leave_a_surplus(OwnershipMode ownership, int left)
    {
        _world.Installation = _world.Installation with { Ownership = ownership };
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        await _world.PassAsync();
        _world.Remote.Put(World.Content("{\"a\":1}"));

        var result = await _world.SettleAsync();

        Assert.Equal(left, _world.Remote.Modules.Count);
        Assert.Equal(ownership == OwnershipMode.Shared ? Reasons.DuplicateSuspected : Reasons.Synced,
            result.Verdicts[0].Reason);
        Assert.Equal(1, _world.Posts);
    }

    [Theory]
    [InlineData(OwnershipMode.Shared, 2)]
    [InlineData(OwnershipMode.Exclusive, 1)]
    public async Task T12_a_late_commit_beside_its_successor_is_reported_or_removed(OwnershipMode ownership, int left)
    {
        _world.Installation = _world.Installation with { Ownership = ownership };
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.CommittedLate);
        await _world.SettleAsync();
        Assert.Equal(2, _world.Posts);
        _world.Remote.CommitLate();

        var result = await _world.SettleAsync();

        Assert.Equal(left, _world.Remote.Modules.Count);
        Assert.Equal(ownership == OwnershipMode.Shared ? Reasons.DuplicateSuspected : Reasons.Synced,
            result.Verdicts[0].Reason);
    }

    [Fact]
    public async Task T12_a_late_commit_is_bound_when_its_owner_has_nothing_yet()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.CommittedLate);
        await _world.PassAsync();
        _world.Installation = _world.Installation with { Quota = 0 };
        await _world.SettleAsync();
        Assert.Empty(_world.Ledger.Entries);
        _world.Remote.CommitLate();

        var result = await _world.SettleAsync();

        Assert.Equal(Progress.Ready, result.Verdicts[0].Progress);
        Assert.Equal(1, _world.Posts);
    }

    [Fact]
    public async Task A_cancelled_pass_writes_down_what_it_knows_and_leaves_the_rest_unknown()
    {
        using var stop = new CancellationTokenSource();
        for (var i = 0; i < 5; i++)
        {
            _world.Want($"m{i}", $"{{\"n\":{i}}}");
        }

        _world.Remote.Before = call =>
        {
            if (call == "POST attempt-003")
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.PassAsync(stop.Token));

        Assert.Equal(3, _world.Ledger.Entries.Values.Count(entry => entry.Phase == EntryPhase.Bound));
        Assert.Empty(_world.Ledger.OpenAttempts());
    }

    /// <summary>Else it would be taken for a lost create, and its module would wait W for nothing.</summary>
    [Fact]
    public async Task A_pass_cancelled_while_it_announces_closes_what_it_will_never_send()
    {
        _world.Want("one");
        _world.Store.WriteFates.Enqueue(WriteFate.Acknowledged);
        _world.Store.WriteFates.Enqueue(WriteFate.CancelledAfterCommit);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.PassAsync());

        Assert.Empty(_world.Remote.Writes);
        Assert.Empty(_world.Ledger.OpenAttempts());
        await _world.SettleAsync();
        Assert.Equal(1, _world.Posts);
    }

    [Fact]
    public async Task An_announcement_of_unknown_fate_is_never_sent_and_closed_by_the_process_that_made_it()
    {
        _world.Want("one");
        _world.Store.WriteFates.Enqueue(WriteFate.Acknowledged);
        _world.Store.WriteFates.Enqueue(WriteFate.LostAfterCommit);
        await _world.PassThroughDelaysAsync();

        Assert.Empty(_world.Remote.Writes);
        Assert.Empty(_world.Ledger.OpenAttempts());
        await _world.SettleAsync();
        Assert.Equal(1, _world.Posts);
    }

    /// <summary>Runs passes until every fate has been used: an unknown outcome ends a pass.</summary>
    private async Task RunLostAsync(params CreateFate[] fates)
    {
        foreach (var fate in fates)
        {
            _world.Remote.CreateFates.Enqueue(fate);
        }

        while (_world.Remote.CreateFates.Count > 0)
        {
            // The list must not resolve one attempt before the other is sent.
            _world.Remote.Unlisted.UnionWith(_world.Remote.Modules.Keys);
            await _world.PassAsync();
        }

        _world.Remote.Unlisted.Clear();
    }
}
