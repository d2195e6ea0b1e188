using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>spec.baseUrl, or the tenant, is changed under modules that were registered elsewhere.</summary>
public sealed class AnotherRemoteTests
{
    private static readonly RemoteIdentity Here = new("https://here.example", "tenant-1");

    private readonly World _world = new();

    public AnotherRemoteTests() => At(Here);

    [Theory]
    [InlineData("https://there.example", "tenant-1", "https://there.example")]
    [InlineData("https://there.example", null, "https://there.example")]
    [InlineData("https://there.example", "tenant-2", "https://there.example")]
    [InlineData("https://here.example", "tenant-2", "tenant-2")]
    public async Task Nothing_is_asked_or_written_until_it_is_confirmed(string address, string? tenant, string part)
    {
        await BindTwoAsync();
        var (ledger, calls, writes) = (_world.Ledger, _world.Remote.Calls.Count, _world.Store.Writes);
        At(new RemoteIdentity(address, tenant));
        _world.Change("two", module => module with { Deleting = true });
        foreach (var restarts in new[] { false, true })
        {
            if (restarts)
            {
                _world.Restart();
            }

            foreach (var result in new[] { await _world.PassAsync(), await _world.PlanAsync() })
            {
                Assert.Equal(Reasons.TakeoverPending, Assert.IsType<PassOutcome.Stalled>(result.Outcome).Reason);
                Assert.Contains("https://here.example", result.Installation.Message, StringComparison.Ordinal);
                Assert.Contains($"confirm-takeover: {part}.", result.Installation.Message, StringComparison.Ordinal);
                Assert.All(result.Verdicts, verdict => Assert.False(verdict.Released));
            }
        }

        Assert.Same(ledger, _world.Ledger);
        Assert.Equal((calls, writes), (_world.Remote.Calls.Count, _world.Store.Writes));

        _world.Installation = _world.Installation with { ConfirmedTakeover = part };
        await _world.SettleAsync();
        Assert.Equal(new RemoteIdentity(address, tenant ?? "tenant-1"), _world.Ledger.Remote);
        Assert.Equal("key-001", _world.OnlyKey);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task Set_back_it_goes_on_as_if_nothing_had_been()
    {
        await BindTwoAsync();
        At(new RemoteIdentity("https://there.example"));
        await _world.PassAsync();

        At(Here);
        await _world.SettleAsync();
        Assert.Equal(2, _world.Remote.Writes.Count());
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task Another_confirmation_confirms_nothing()
    {
        await BindTwoAsync();
        At(new RemoteIdentity("https://there.example"));
        _world.Installation = _world.Installation with { ConfirmedTakeover = "https://elsewhere.example" };

        Assert.IsType<PassOutcome.Stalled>((await _world.PassAsync()).Outcome);
    }

    [Fact]
    public async Task A_ledger_that_claims_nothing_begins_anew_at_the_new_place()
    {
        _world.Remote.Put(World.Content("{\"foreign\":1}"), "before");
        _world.Want("one");
        await _world.SettleAsync();
        _world.Change("one", module => module with { Deleting = true });
        await _world.SettleAsync();

        At(new RemoteIdentity("https://there.example"));
        _world.Remote.Put(World.Content("{\"foreign\":2}"), "there");
        _world.Want("two", "{\"a\":2}");
        await _world.SettleAsync();

        Assert.Equal(new RemoteIdentity("https://there.example"), _world.Ledger.Remote);
        Assert.Equal(["before", "there"], _world.Ledger.GenesisBaseline);
        Assert.DoesNotContain(_world.Ledger.ClosedAttempts, closed => closed.OwnerUid == "uid-one");
        await _world.AssertFixpointAsync();
    }

    /// <summary>A sole writer that forgot them would prune them once the address is mended.</summary>
    [Fact]
    public async Task Modules_that_were_let_go_are_not_forgotten_for_a_typo_in_the_address()
    {
        _world.Installation = _world.Installation with { Ownership = OwnershipMode.Exclusive };
        await BindTwoAsync();
        foreach (var name in new[] { "one", "two" })
        {
            _world.Change(name, module => module with { Deleting = true, DeletionPolicy = DeletionPolicy.Orphan });
        }

        await _world.SettleAsync();
        Assert.Empty(_world.Ledger.Entries);

        At(new RemoteIdentity("https://their.example"));
        Assert.IsType<PassOutcome.Stalled>((await _world.PassAsync()).Outcome);
        At(Here);
        await _world.SettleAsync();

        Assert.Equal(["key-001", "key-002"], _world.Remote.Modules.Keys);
    }

    [Fact]
    public async Task A_ledger_that_does_not_say_where_it_was_is_bound_to_where_it_is_read()
    {
        _world.Installation = _world.Installation with { Remote = null };
        await BindTwoAsync();
        Assert.Null(_world.Ledger.Remote);

        At(Here);
        _world.Restart();
        await _world.SettleAsync();
        Assert.Equal(Here, _world.Ledger.Remote);
        Assert.Equal(2, _world.Remote.Writes.Count());
        await _world.AssertFixpointAsync();
    }

    /// <summary>The same tenant, whose token no longer comes from Forge but from a Secret,
    /// or the other way round.</summary>
    [Fact]
    public async Task A_tenant_that_is_no_longer_named_is_no_other_tenant_and_is_remembered()
    {
        await BindTwoAsync();
        At(Here with { Tenant = null });
        await _world.SettleAsync();
        Assert.Equal(Here, _world.Ledger.Remote);
        await _world.AssertFixpointAsync();

        At(Here with { Tenant = "tenant-2" });
        Assert.IsType<PassOutcome.Stalled>((await _world.PassAsync()).Outcome);
    }

    [Fact]
    public async Task A_restore_into_another_cluster_at_another_address_asks_for_the_one_and_then_for_the_other()
    {
        await BindTwoAsync();
        _world.Restart();
        _world.ClusterId = "cluster-2";
        At(new RemoteIdentity("https://there.example"));

        _world.Installation = _world.Installation with { ConfirmedTakeover = "cluster-2" };
        var afterFirst = await _world.PassAsync();
        Assert.Contains("https://there.example", afterFirst.Installation.Message, StringComparison.Ordinal);

        _world.Installation = _world.Installation with { ConfirmedTakeover = "https://there.example" };
        await _world.SettleAsync();
        Assert.Equal(("cluster-2", "https://there.example"), (_world.Ledger.ClusterId, _world.Ledger.Remote!.Address));
        Assert.Equal(2, _world.Remote.Writes.Count());
    }

    private void At(RemoteIdentity remote) => _world.Installation = _world.Installation with { Remote = remote };

    private async Task BindTwoAsync()
    {
        _world.Want("one");
        _world.Want("two", "{\"b\":1}");
        await _world.SettleAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
    }
}
