using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Tests.Execution;

/// <summary>spec.api is changed under modules that were registered with another one.</summary>
public sealed class AnotherApiTests
{
    private readonly World _world = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_is_concluded_and_the_way_out_is_said(bool restarted)
    {
        var one = _world.Want("one");
        _world.Want("two", "{\"a\":2}");
        await _world.SettleAsync();
        var (ledger, calls, writes) = (_world.Ledger, _world.Remote.Calls.Count, _world.Store.Writes);
        _world.Installation = _world.Installation with { Api = RemoteApi.ForgeV1 };
        _world.Change("two", module => module with { Deleting = true });
        if (restarted)
        {
            _world.Restart();
        }

        foreach (var result in new[] { await _world.PassAsync(), await _world.PlanAsync() })
        {
            Assert.Equal(
                (Progress.Stalled, Reasons.InvalidData), (result.Installation.Progress, result.Installation.Reason));
            Assert.Contains("set spec.api back to ForgeV2", result.Installation.Message, StringComparison.Ordinal);
            Assert.Contains("reconciler migrate", result.Installation.Message, StringComparison.Ordinal);
            Assert.All(result.Verdicts, verdict => Assert.False(verdict.Released));
            Assert.IsType<PassOutcome.Stalled>(result.Outcome);
        }

        Assert.Same(ledger, _world.Ledger);
        Assert.Equal((calls, writes), (_world.Remote.Calls.Count, _world.Store.Writes));

        _world.Installation = _world.Installation with { Api = RemoteApi.ForgeV2 };
        await _world.SettleAsync();
        Assert.Equal([one], _world.Desired);
        Assert.Single(_world.Remote.Modules);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ledger_that_claims_nothing_begins_anew(bool restarted)
    {
        _world.Remote.Put(World.Content("{\"foreign\":1}"), "before");
        await _world.PassAsync();
        _world.Want("one");
        await _world.SettleAsync();
        _world.Change("one", module => module with { Deleting = true });
        await _world.SettleAsync();
        var before = _world.Ledger;
        Assert.Empty(before.Entries);
        if (restarted)
        {
            _world.Restart();
        }

        _world.Installation = _world.Installation with { Api = RemoteApi.ForgeV1 };
        _world.Want("two", "{\"a\":2}");
        await _world.SettleAsync();

        Assert.Equal(RemoteApi.ForgeV1, _world.Ledger.Api);
        Assert.True(_world.Ledger.Epoch > before.Epoch && _world.Ledger.Sequence > before.Sequence);
        Assert.Equal(["before"], _world.Ledger.GenesisBaseline);
        await _world.AssertFixpointAsync();
    }
}
