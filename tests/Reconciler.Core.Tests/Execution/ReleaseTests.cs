using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Tests.Doubles;

namespace Reconciler.Core.Tests.Execution;

/// <summary>T10r of crash-safety.md §5: what is let go is nobody's, for good, and keeps nobody waiting.</summary>
public sealed class ReleaseTests
{
    private readonly World _world = new();

    public static TheoryData<DeletionPolicy, ManagementMode> Ways() => new()
    {
        { DeletionPolicy.Orphan, ManagementMode.Manage },
        { DeletionPolicy.Delete, ManagementMode.NoDelete },
        { DeletionPolicy.Delete, ManagementMode.CreateOnly },
    };

    /// <summary>Seed 38.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_sole_writer_does_not_prune_what_it_let_go(DeletionPolicy policy, ManagementMode mode)
    {
        await BindExclusiveAsync();

        await ReleaseAsync("one", policy, mode);
        _world.Installation = _world.Installation with { Mode = ManagementMode.Manage };
        await _world.SettleAsync();
        _world.Restart();
        await _world.SettleAsync();

        Assert.Equal(["key-001", "key-002"], _world.Remote.Modules.Keys);
        Assert.Equal(["key-001"], _world.Ledger.Released);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task What_was_let_go_and_is_wanted_again_is_bound_and_ours_again()
    {
        await BindExclusiveAsync();
        await ReleaseAsync("one", DeletionPolicy.Orphan);

        _world.Want("again");
        await _world.SettleAsync();

        Assert.Equal("key-001", _world.Ledger.Entries["uid-again"].Key);
        Assert.Empty(_world.Ledger.Released);
        Assert.Equal(2, _world.Posts);

        _world.Change("again", module => module with { Deleting = true });
        await _world.SettleAsync();
        Assert.Equal(["key-002"], _world.Remote.Modules.Keys);
    }

    [Fact]
    public async Task A_released_module_is_forgotten_when_a_second_list_lacks_it_too()
    {
        await BindExclusiveAsync();
        await ReleaseAsync("one", DeletionPolicy.Orphan);

        _world.Remote.Unlisted.Add("key-001");
        await _world.PassAsync();
        Assert.Equal(["key-001"], _world.Ledger.Released);

        _world.Remote.Unlisted.Clear();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        await _world.PassAsync();
        _world.Remote.Modules.Remove("key-001");
        await _world.PassAsync();
        Assert.Equal(["key-001"], _world.Ledger.Released);

        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        await _world.PassAsync();
        Assert.Empty(_world.Ledger.Released);
        await _world.AssertFixpointAsync();
    }

    /// <summary>Seed 98.</summary>
    [Fact]
    public async Task An_older_create_in_doubt_does_not_wait_for_what_was_let_go()
    {
        _world.Want("lost", "{\"n\":1}");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();
        _world.Want("other", "{\"n\":2}");
        await _world.PassAsync();
        Assert.Equal("key-001", _world.Ledger.Entries["uid-other"].Key);

        await ReleaseAsync("other", DeletionPolicy.Orphan);
        await _world.SettleAsync();

        Assert.Equal("key-002", _world.Ledger.Entries["uid-lost"].Key);
        Assert.Equal(["key-001", "key-002"], _world.Remote.Modules.Keys);
    }

    /// <summary>What its closed attempts made is let go with it: no tombstone claims it back (T12).</summary>
    [Fact]
    public async Task A_tombstone_does_not_take_back_what_was_let_go()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostAfterCommit);
        await _world.PassAsync();
        await _world.SettleAsync();
        Assert.Equal(AttemptVerdict.Resolved, Assert.Single(_world.Ledger.ClosedAttempts).Verdict);
        _world.Installation = _world.Installation with { Ownership = OwnershipMode.Exclusive };

        await ReleaseAsync("one", DeletionPolicy.Orphan);
        await _world.SettleAsync();

        Assert.Equal(["key-001"], _world.Remote.Modules.Keys);
        Assert.Empty(_world.Ledger.Orphans);
    }

    /// <summary>Seed 1795346446302394.</summary>
    [Fact]
    public async Task A_late_201_does_not_owe_the_delete_of_what_a_successor_found_and_let_go()
    {
        _world.Want("one");
        _world.Remote.Before = call =>
        {
            if (call == "POST attempt-001")
            {
                _world.Remote.Before = static _ => { };
                _world.Store.Intrude(ledger => (ledger with
                {
                    Entries = ledger.Entries.SetItem("uid-one", ledger.Entries["uid-one"] with
                    {
                        Phase = EntryPhase.Bound, Key = "key-001", Attempt = null,
                    }),
                }).TakeOver("cluster-1", "successor", default).LetGo("uid-one"));
            }
        };

        await _world.PassThroughDelaysAsync();

        Assert.Empty(_world.Ledger.Orphans);
        Assert.Equal(["key-001"], _world.Ledger.Released);
        Assert.Equal(["key-001"], _world.Remote.Modules.Keys);
    }

    /// <summary>Seed 68.</summary>
    [Fact]
    public async Task A_resource_deleted_while_a_foreign_module_keeps_its_create_in_doubt_is_let_go_in_the_end()
    {
        _world.Want("one");
        _world.Remote.CreateFates.Enqueue(CreateFate.LostBeforeCommit);
        await _world.PassAsync();
        var foreign = _world.Remote.Put(World.Content("{\"z\":0}"));

        _world.Change("one", module => module with { Deleting = true });
        await _world.PassAsync();
        Assert.Single(_world.Ledger.OpenAttempts());
        for (var i = 0; i < 4; i++)
        {
            _world.Clock.Advance(TimeSpan.FromMinutes(2));
            var result = await _world.PassAsync();
            _world.Desired.RemoveAll(module => result.Verdicts.Any(verdict =>
                verdict.Released && verdict.Owner == module.Owner));
        }

        Assert.Empty(_world.Desired);
        Assert.Empty(_world.Ledger.Entries);
        Assert.Equal([foreign], _world.Remote.Modules.Keys);
    }

    private async Task BindExclusiveAsync()
    {
        _world.Installation = _world.Installation with { Ownership = OwnershipMode.Exclusive };
        _world.Want("one");
        await _world.SettleAsync();
        _world.Want("two", "{\"b\":2}");
        await _world.SettleAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
    }

    private async Task ReleaseAsync(
        string name, DeletionPolicy policy, ManagementMode mode = ManagementMode.Manage)
    {
        _world.Installation = _world.Installation with { Mode = mode };
        _world.Change(name, module => module with { Deleting = true, DeletionPolicy = policy });
        var result = await _world.PassAsync();
        Assert.True(result.Verdicts.Single(verdict => verdict.Owner.Name == name).Released);
        _world.Desired.RemoveAll(module => module.Owner.Name == name);
    }
}
