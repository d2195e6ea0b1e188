using Reconciler.Core.Execution;
using Reconciler.Core.Planning;
using Reconciler.Core.Tests.Doubles;

namespace Reconciler.Core.Tests.Execution;

/// <summary>More to do than time allows: a pass ends between two actions, says what it did, and asks for the next.
/// </summary>
public sealed class LongPassTests
{
    private readonly World _world = new();

    public LongPassTests() => _world.Options = new PassOptions { SoftLimit = TimeSpan.FromMinutes(4) };

    [Fact]
    public async Task Creates_end_at_the_limit_recorded_and_the_next_pass_goes_on_at_once()
    {
        Want(10);
        Slow("POST", TimeSpan.FromMinutes(1));

        var first = await _world.PassAsync();

        Assert.Equal(new PassOutcome.Wait(TimeSpan.Zero), first.Outcome);
        Assert.Equal(4, _world.Posts);
        Assert.Equal(4, _world.Ledger.Entries.Count);
        Assert.All(_world.Ledger.Entries.Values, entry => Assert.Null(entry.Attempt));
        Assert.Equal((4, 6), (first.Counts!.Bound, first.Counts.Pending));
        Assert.Equal(4, first.Verdicts.Count(verdict => verdict.Progress == Progress.Ready));
        Assert.Equal(Progress.Reconciling, first.Installation.Progress);

        Assert.IsType<PassOutcome.Wait>((await _world.PassAsync()).Outcome);
        Assert.IsType<PassOutcome.Settled>((await _world.PassAsync()).Outcome);
        Assert.Equal(10, _world.Posts);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task Updates_and_deletes_end_at_the_limit_too()
    {
        Want(6);
        await _world.SettleAsync();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));
        _world.Change("m0", module => module with { Deleting = true });
        _world.Change("m1", module => module with { Deleting = true });
        for (var i = 2; i < 6; i++)
        {
            _world.Change($"m{i}", module => module with { Content = World.Content($$"""{"b":{{i}}}""") });
        }

        Slow("DELETE", TimeSpan.FromMinutes(1));
        Slow("PUT", TimeSpan.FromMinutes(1));

        var result = await _world.PassAsync();

        Assert.Equal(new PassOutcome.Wait(TimeSpan.Zero), result.Outcome);
        Assert.Equal(2, result.Verdicts.Count(verdict => verdict.Released));
        Assert.Equal(
            ["DELETE", "DELETE", "PUT", "PUT"], _world.Remote.Writes.Skip(6).Select(write => write.Split(' ')[0]));

        await _world.SettleAsync();
        Assert.Equal(4, _world.Remote.Modules.Count);
        await _world.AssertFixpointAsync();
    }

    [Fact]
    public async Task A_look_that_takes_all_the_time_leaves_room_for_one_action()
    {
        Want(3);
        Slow("LIST", TimeSpan.FromMinutes(5));

        for (var pass = 1; pass <= 2; pass++)
        {
            Assert.Equal(new PassOutcome.Wait(TimeSpan.Zero), (await _world.PassAsync()).Outcome);
            Assert.Equal(pass, _world.Posts);
        }

        Assert.IsType<PassOutcome.Settled>((await _world.PassAsync()).Outcome);
    }

    [Fact]
    public async Task A_fault_says_when_to_go_on_and_not_the_limit()
    {
        Want(3);
        Slow("POST", TimeSpan.FromMinutes(5));
        _world.Remote.FaultFor = call => call.StartsWith("POST", StringComparison.Ordinal)
            ? new RemoteFault.Throttled("slowly", 429, TimeSpan.FromMinutes(1))
            : null;

        Assert.IsType<PassOutcome.Retry>((await _world.PassAsync()).Outcome);
    }

    [Fact]
    public async Task A_fault_of_one_module_does_not_stretch_what_another_waits_for()
    {
        _world.Options = new PassOptions();
        Want(2);
        await _world.SettleAsync();
        _world.Change("m0", module => module with { Content = World.Content("""{"a":"new"}""") });
        _world.Remote.FaultFor = call => call.StartsWith("PUT", StringComparison.Ordinal)
            ? new RemoteFault.Malformed("Refused, but why cannot be read.", 409)
            : null;
        _world.Remote.Modules.Remove(_world.Ledger.Entries["uid-m1"].Key!);

        var began = _world.Clock.Elapsed;
        for (var retry = await FailAsync(); _world.Posts < 3; retry = await FailAsync())
        {
            _world.Clock.Advance(Assert.NotNull(retry.Wake));
            Assert.InRange(_world.Clock.Elapsed - began, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        }

        async Task<PassOutcome.Retry> FailAsync() =>
            Assert.IsType<PassOutcome.Retry>((await _world.PassAsync()).Outcome);
    }

    [Fact]
    public async Task Without_a_limit_a_pass_does_all()
    {
        _world.Options = new PassOptions();
        Want(10);
        Slow("POST", TimeSpan.FromMinutes(1));

        Assert.IsType<PassOutcome.Settled>((await _world.PassAsync()).Outcome);
        Assert.Equal(10, _world.Posts);
    }

    private void Want(int modules)
    {
        for (var i = 0; i < modules; i++)
        {
            _world.Want($"m{i}", $$"""{"a":{{i}}}""");
        }
    }

    private void Slow(string verb, TimeSpan by)
    {
        var before = _world.Remote.Before;
        _world.Remote.Before = call =>
        {
            before(call);
            if (call.StartsWith(verb, StringComparison.Ordinal))
            {
                _world.Clock.Advance(by);
            }
        };
    }
}
