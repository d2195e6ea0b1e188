using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>The restore drills of crash-safety.md §6, as far as the ledger and the remote go.</summary>
public sealed class RestoreTests
{
    private readonly World _world = new();

    [Fact]
    public async Task Restored_resources_with_new_uids_keep_their_modules()
    {
        await BindTwoAsync();
        foreach (var name in new[] { "one", "two" })
        {
            _world.Change(name, module => module with { Owner = module.Owner with { Uid = $"new-{name}" } });
        }

        _world.Restart();
        var result = await _world.SettleAsync();

        Assert.Equal(["key-001", "key-002"], result.Verdicts.Select(verdict => verdict.Key));
        Assert.Equal(2, _world.Remote.Writes.Count());
    }

    [Fact]
    public async Task Another_cluster_only_looks_until_the_takeover_is_confirmed()
    {
        await BindTwoAsync();
        _world.Remote.Modules["key-001"] = World.Content("{\"drifted\":1}");
        _world.Restart();
        _world.ClusterId = "cluster-2";
        var writes = (_world.Store.Writes, _world.Remote.Writes.Count());

        var pending = await _world.PassAsync();

        Assert.Equal(Reasons.TakeoverPending, Assert.IsType<PassOutcome.Stalled>(pending.Outcome).Reason);
        Assert.All(pending.Verdicts, verdict => Assert.Equal(Reasons.TakeoverPending, verdict.Reason));
        Assert.Equal(writes, (_world.Store.Writes, _world.Remote.Writes.Count()));
        Assert.Single(pending.Plan!.Actions);

        _world.Installation = _world.Installation with { ConfirmedTakeover = "cluster-2" };
        await _world.SettleAsync();
        Assert.Equal("cluster-2", _world.Ledger.ClusterId);
        Assert.Equal("PUT key-001", _world.Remote.Writes.Last());
    }

    [Fact]
    public async Task A_lost_ledger_is_rebuilt_from_the_mirrored_keys()
    {
        await BindTwoAsync();
        _world.Change("one", module => module with { MirroredKey = "key-001" });
        _world.Change("two", module => module with { MirroredKey = "key-002" });
        LoseLedger();

        var result = await _world.SettleAsync();

        Assert.Equal(["key-001", "key-002"], result.Verdicts.Select(verdict => verdict.Key));
        Assert.Equal(2, _world.Remote.Writes.Count());
    }

    [Fact]
    public async Task A_resource_deleted_after_the_ledger_was_lost_still_takes_its_module_along()
    {
        await BindTwoAsync();
        _world.Change("one", module => module with { MirroredKey = "key-001", Deleting = true });
        _world.Change("two", module => module with { MirroredKey = "key-002" });
        LoseLedger();

        await _world.SettleAsync();

        Assert.Equal("key-002", _world.OnlyKey);
    }

    [Fact]
    public async Task Everything_lost_under_shared_ownership_asks_instead_of_doubling()
    {
        await BindTwoAsync();
        LoseLedger();

        var result = await _world.SettleAsync();

        Assert.All(result.Verdicts, verdict => Assert.Equal(Reasons.AdoptionRequired, verdict.Reason));
        Assert.Equal(2, _world.Posts);
    }

    [Fact]
    public async Task M3_everything_lost_under_exclusive_ownership_finds_the_same_modules()
    {
        _world.Installation = _world.Installation with { Ownership = OwnershipMode.Exclusive };
        await BindTwoAsync();
        LoseLedger();

        var result = await _world.SettleAsync();

        Assert.All(result.Verdicts, verdict => Assert.Equal(Progress.Ready, verdict.Progress));
        Assert.Equal(2, _world.Remote.Writes.Count());
    }

    [Fact]
    public async Task A_ledger_older_than_the_world_asks_about_what_it_does_not_know()
    {
        _world.Want("one");
        await _world.PassAsync();
        var backup = _world.Ledger;
        _world.Want("two", "{\"b\":1}");
        await _world.PassAsync();
        _world.Store.Intrude(_ => backup with { Sequence = _world.Ledger.Sequence });
        _world.Restart();

        var result = await _world.PassAsync();

        Assert.Equal([Reasons.Synced, Reasons.AdoptionRequired], result.Verdicts.Select(verdict => verdict.Reason));
        Assert.Equal(2, _world.Posts);
    }

    private async Task BindTwoAsync()
    {
        _world.Want("one");
        _world.Want("two", "{\"b\":1}");
        await _world.PassAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
    }

    private void LoseLedger()
    {
        _world.Store.Stored = null;
        _world.Restart();
    }
}
