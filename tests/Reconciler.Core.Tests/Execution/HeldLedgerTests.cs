using Reconciler.Core.Execution;
using Reconciler.Core.Tests.Doubles;

namespace Reconciler.Core.Tests.Execution;

/// <summary>What a process keeps of a ledger between two passes.</summary>
public sealed class HeldLedgerTests
{
    [Fact]
    public void Any_ledger_is_after_a_rest_what_it_was_before()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var ledger = Ledgers.Ledgers.Random(random);
            var rested = new HeldLedger.Open(ledger, "7").AtRest();
            Assert.Equal("7", Assert.IsType<HeldLedger.Packed>(rested).Version);
            Assert.Same(rested, rested.AtRest());
            Ledgers.Ledgers.AssertEqual(ledger, rested.Read()!);
        }
    }

    [Fact]
    public async Task A_pass_after_a_rest_reads_nothing_and_writes_nothing()
    {
        var world = new World();
        world.Want("a");
        await world.SettleAsync();
        var writes = world.Store.Writes;

        world.Memory.Rest();
        Assert.IsType<HeldLedger.Packed>(world.Memory.Held);
        world.Store.Unreadable = true;
        Assert.IsType<PassOutcome.Settled>((await world.PassAsync()).Outcome);
        Assert.Equal(writes, world.Store.Writes);

        // It is unpacked for as long as it is written.
        world.Change("a", module => module with { Content = World.Content("""{"a":2}""") });
        await world.PassAsync();
        Assert.IsType<HeldLedger.Open>(world.Memory.Held);
    }

    [Fact]
    public async Task A_ledger_that_was_stored_in_another_version_is_forgotten_at_rest_too()
    {
        var world = new World();
        world.Want("a");
        await world.SettleAsync();
        world.Memory.Rest();
        world.Memory.LedgerStored(world.Memory.Held!.Version);
        Assert.NotNull(world.Memory.Held);
        world.Memory.LedgerStored("another");
        Assert.Null(world.Memory.Held);
    }

    [Fact]
    public void What_cannot_be_unpacked_is_read_where_it_is_stored() =>
        Assert.Null(new HeldLedger.Packed([], "7").Read());
}
