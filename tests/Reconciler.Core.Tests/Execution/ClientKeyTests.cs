using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>Client-chosen keys (crash-safety.md §9).</summary>
public sealed class ClientKeyTests
{
    private readonly World _world = new();

    public ClientKeyTests() => _world.Installation = _world.Installation with { Api = RemoteApi.ForgeV1 };

    [Fact]
    public void A_derived_key_has_the_scope_in_it_and_survives_a_new_uid()
    {
        var owner = new ModuleOwner("uid", "team-a", "one");
        var key = ClientKeys.Derive(new InstallationKey("team-a", "acme"), owner);

        Assert.Matches("^dm-[a-z2-7]{26}$", key);
        Assert.Equal(key, ClientKeys.Derive(new InstallationKey("team-a", "acme"), owner with { Uid = "other" }));
        Assert.NotEqual(key, ClientKeys.Derive(new InstallationKey("team-a", "other"), owner));
    }

    [Fact]
    public async Task A_module_is_registered_under_its_own_key()
    {
        _world.Want("one");
        _world.Change("one", module => module with { RequestedKey = "my-key" });

        var result = await _world.SettleAsync();

        Assert.Equal("my-key", result.Verdicts[0].Key);
        Assert.Equal("my-key", _world.OnlyKey);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_lost_response_is_found_again_by_key()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);

        await _world.SettleAsync();

        Assert.Equal(1, _world.Posts);
        Assert.Equal(EntryPhase.Bound, _world.Ledger.Entries["uid-one"].Phase);
    }

    [Fact]
    public async Task A_lost_request_is_sent_again_with_the_same_key_without_the_long_wait()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        var began = _world.Clock.Elapsed;

        await _world.SettleAsync();

        Assert.Equal(2, _world.Posts);
        Assert.Single(_world.Remote.Modules);
        Assert.True(_world.Clock.Elapsed - began < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_key_that_is_taken_is_a_conflict_and_is_never_overwritten()
    {
        _world.Remote.Put(World.Content("{\"foreign\":1}"), "my-key");
        _world.Want("one");
        _world.Change("one", module => module with { RequestedKey = "my-key" });

        var result = await _world.SettleAsync();

        Assert.Equal((Progress.Stalled, Reasons.KeyConflict), (result.Verdicts[0].Progress, result.Verdicts[0].Reason));
        Assert.Empty(_world.Remote.Writes);
    }

    [Fact]
    public async Task A_module_that_a_static_one_hides_is_named_so()
    {
        _world.Want("one");
        await _world.SettleAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        _world.Remote.Unlisted.Add(_world.OnlyKey);

        var first = await _world.PassAsync();
        _world.Clock.Advance(first.Verdicts[0].WakeAfter!.Value);
        var second = await _world.PassAsync();

        // One list proves nothing: it may lag.
        Assert.Equal(Reasons.Synced, first.Verdicts[0].Reason);
        Assert.Equal(Reasons.ShadowedByStaticModule, second.Verdicts[0].Reason);
        Assert.Equal(1, _world.Posts);
    }

    /// <summary>Found on real processes: the operator was killed in its POST, and the remote committed it between the
    /// successor's list and the single read of the key.</summary>
    [Fact]
    public async Task A_create_that_commits_between_the_list_and_the_read_is_not_hidden()
    {
        await LoseCreateThatCommitsAtAsync("GET");

        var found = await _world.PassAsync();
        var after = await _world.PassAsync();

        Assert.Equal((Progress.Ready, Reasons.Synced), (found.Verdicts[0].Progress, found.Verdicts[0].Reason));
        Assert.Equal((Progress.Ready, Reasons.Synced), (after.Verdicts[0].Progress, after.Verdicts[0].Reason));
        Assert.Equal(1, _world.Posts);
    }

    [Fact]
    public async Task A_late_commit_of_the_same_key_is_recognised_as_ours()
    {
        var key = await LoseCreateThatCommitsAtAsync("POST");

        await _world.SettleAsync();

        Assert.Equal(key, _world.OnlyKey);
        Assert.Equal(EntryPhase.Bound, _world.Ledger.Entries["uid-one"].Phase);
    }

    /// <summary>One 404 ends the doubt of a resource that stays, since its key is sent again; nobody sends the key of
    /// one that goes.</summary>
    [Fact]
    public async Task A_resource_that_is_deleted_waits_for_its_lost_create()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();
        _world.CommitAfter(TimeSpan.FromSeconds(50), _world.Ledger.Entries["uid-one"].Key!, World.Content("{\"a\":1}"));

        await _world.DeleteWithoutTraceAsync("one");
    }

    [Fact]
    public async Task A_resource_that_is_deleted_waits_for_a_create_that_was_found_absent_and_sent_again()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        _world.Remote.CreateFates.Enqueue(CreateFate.NotSent);
        await _world.PassAsync();
        var key = _world.Ledger.Entries["uid-one"].Key!;
        await _world.PassAsync();
        Assert.Empty(_world.Ledger.Entries);
        _world.CommitAfter(TimeSpan.FromSeconds(50), key, World.Content("{\"a\":1}"));

        await _world.DeleteWithoutTraceAsync("one");
    }

    [Fact]
    public async Task A_resource_that_is_deleted_waits_for_a_first_create_whose_second_was_answered()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.SettleAsync();
        _world.CommitAfter(TimeSpan.FromSeconds(50), _world.OnlyKey, World.Content("{\"a\":1}"));

        await _world.DeleteWithoutTraceAsync("one");
    }

    /// <summary>Seed 196 on ForgeV1.</summary>
    [Fact]
    public async Task A_late_commit_that_a_static_module_hides_is_found_by_its_key()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.SettleAsync();
        _world.Remote.Unlisted.Add(_world.OnlyKey);
        _world.CommitAfter(TimeSpan.FromSeconds(50), _world.OnlyKey, World.Content("{\"a\":1}"));

        await _world.DeleteWithoutTraceAsync("one");
    }

    [Fact]
    public async Task A_resource_without_any_doubt_is_released_with_its_module()
    {
        _world.Want("one");
        await _world.SettleAsync();
        var began = _world.Clock.Elapsed;

        await _world.DeleteWithoutTraceAsync("one");

        Assert.True(_world.Clock.Elapsed - began < TimeSpan.FromSeconds(70), "the minute after it, and little more");
    }

    /// <summary>A module that has our content and not our key is not what our create made late.</summary>
    [Fact]
    public async Task A_foreign_module_with_our_content_is_no_late_commit()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        _world.Remote.CreateFates.Enqueue(CreateFate.NotSent);
        await _world.PassAsync();
        await _world.PassAsync();
        _world.Remote.Put(World.Content("{\"a\":1}"), "foreign");

        var result = await _world.SettleAsync();

        Assert.Equal(Reasons.AdoptionRequired, result.Verdicts[0].Reason);
        Assert.False(_world.Ledger.Claims("foreign"));
    }

    /// <summary>A create whose answer is lost, and which the remote commits just before the next request of this
    /// kind. Returns its key.</summary>
    private async Task<string> LoseCreateThatCommitsAtAsync(string verb)
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();
        var key = _world.Ledger.Entries["uid-one"].Key!;
        _world.Remote.Before = call =>
        {
            if (call.StartsWith(verb, StringComparison.Ordinal))
            {
                _world.Remote.Before = _ => { };
                _world.Remote.Put(World.Content("{\"a\":1}"), key);
            }
        };
        return key;
    }
}
