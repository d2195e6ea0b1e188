using Reconciler.Core.Modules;
using Reconciler.Simulation.World;
using Xunit.Abstractions;

namespace Reconciler.Simulation;

/// <summary>M2–M5 (crash-safety.md §8): one thing is changed, the end must be the same. M1 is part of
/// each seed.</summary>
public sealed class MetamorphicTests(ITestOutputHelper output)
{
    private static readonly TimeSpan TwoResyncs = TimeSpan.FromMinutes(12);

    /// <summary>M2.</summary>
    [Fact]
    public void Lost_statuses_come_back_and_nothing_else_changes()
    {
        using var scenario = Settled();
        var (bindings, verdicts, writes) = (scenario.Bindings, scenario.Verdicts, scenario.World.Remote.Writes.Count);

        scenario.LoseStatuses();
        scenario.Rest(TwoResyncs);
        scenario.Settle();

        Assert.Equal(bindings, scenario.Bindings);
        Assert.Equal(verdicts, scenario.Verdicts);
        Assert.Equal(writes, scenario.World.Remote.Writes.Count);
    }

    /// <summary>M3.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sole_writer_rebuilds_a_lost_ledger_without_creating_anything(bool statusesTooAreLost)
    {
        using var scenario = Settled(static knobs => knobs with { Exclusive = true });
        var (remote, verdicts, writes) = (scenario.Remote, scenario.Verdicts, scenario.World.Remote.Writes.Count);

        scenario.LoseLedger();
        if (statusesTooAreLost)
        {
            scenario.LoseStatuses();
        }

        scenario.Rest(TwoResyncs);
        scenario.Settle();

        Assert.Equal(3, scenario.Bindings.Count);
        Assert.Equal(remote, scenario.Remote);
        Assert.Equal(verdicts, scenario.Verdicts);
        Assert.Equal(writes, scenario.World.Remote.Writes.Count);
    }

    /// <summary>M4: at every step between its start and the moment everything is settled.</summary>
    [Fact]
    public void A_crash_at_any_step_ends_like_a_run_without_one()
    {
        using var calm = Settled();
        var points = 0;
        for (long step = 1; ; step++)
        {
            using var scenario = new SmallScenario(1);
            if (!scenario.CrashAfter(step))
            {
                break;
            }

            scenario.Settle();
            Assert.True(calm.Remote.SequenceEqual(scenario.Remote), $"crash at step {step}");
            points++;
        }

        output.WriteLine($"{points} crash points");
        Assert.True(points > 50, $"only {points} crash points");
    }

    /// <summary>M4 where an update is delete + register: at every step between the edit and the moment it is in place
    /// (T8r).</summary>
    [Fact]
    public void A_crash_at_any_step_of_a_replacement_ends_like_a_run_without_one()
    {
        using var calm = Replaced();
        var points = 0;
        for (long step = 1; ; step++)
        {
            using var scenario = new SmallScenario(1, api: RemoteApi.ConnectJira);
            scenario.Settle();
            scenario.Edit("two");
            if (!scenario.CrashAfter(step))
            {
                break;
            }

            scenario.Settle();
            Assert.True(calm.Remote.SequenceEqual(scenario.Remote), $"crash at step {step}");
            Assert.True(calm.Bindings.SequenceEqual(scenario.Bindings), $"crash at step {step}");
            points++;
        }

        output.WriteLine($"{points} crash points");
        Assert.True(points > 20, $"only {points} crash points");
    }

    /// <summary>M5 and M5b.</summary>
    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(2, true, false)]
    [InlineData(100, false, true)]
    [InlineData(1, true, true)]
    public void Pages_and_server_defaults_change_nothing(int pageSize, bool emptyPages, bool defaults)
    {
        using var plain = Settled();
        using var other = Settled(knobs => knobs with
        {
            Remote = knobs.Remote with { PageSizeMax = pageSize, EmptyPages = emptyPages, AddsDefaults = defaults },
        });
        var writes = other.World.Remote.Writes.Count;
        other.Rest(TwoResyncs);

        Assert.Equal(plain.Remote, other.Remote);
        Assert.Equal(plain.Verdicts, other.Verdicts);
        Assert.Equal(plain.Posts, other.Posts);
        Assert.Equal(writes, other.World.Remote.Writes.Count);
    }

    private static SmallScenario Replaced()
    {
        var scenario = new SmallScenario(1, api: RemoteApi.ConnectJira);
        scenario.Settle();
        scenario.Edit("two");
        scenario.Settle();
        return scenario;
    }

    private static SmallScenario Settled(Func<SwarmKnobs, SwarmKnobs>? change = null)
    {
        var scenario = new SmallScenario(1, change);
        scenario.Settle();
        return scenario;
    }
}
