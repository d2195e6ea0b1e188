using System.Diagnostics;
using System.Globalization;
using Reconciler.Simulation.World;
using Xunit.Abstractions;

namespace Reconciler.Simulation;

/// <summary>Seeds: those that found something, a fixed batch, and fresh ones that nobody has seen.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int FixedSeedsMax = 100;
    private const int FreshSeedsMax = 25;

    // Few, because they explore: one in some thousands still finds something, and a gate must not fall by chance.
    // Together with everything else here well under 4 minutes on two slow cores.
    private static readonly TimeSpan FixedBudget = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FreshBudget = TimeSpan.FromSeconds(40);

    public static TheoryData<ulong> Found() => [.. FixedSeeds.Read()];

    [Theory]
    [MemberData(nameof(Found))]
    public void A_seed_that_once_found_something_holds(ulong seed) => Hold(SimRun.Run(seed));

    [Fact]
    public void The_first_seeds_hold() => RunBatch(1, FixedSeedsMax, FixedBudget);

    [Fact]
    public void Fresh_seeds_hold() => RunBatch(FreshRun.Start(), FreshSeedsMax, FreshBudget);

    /// <summary>M6.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(98)]
    public void The_same_seed_replays_to_the_same_log(ulong seed)
    {
        var first = SimRun.Run(seed);
        var second = SimRun.Run(seed);
        Assert.Equal((first.Digest, first.Virtual), (second.Digest, second.Virtual));
    }

    /// <summary>RECONCILER_SIM_SEEDS: so many seeds per batch, however long they take.</summary>
    private static int? Asked() =>
        int.TryParse(Environment.GetEnvironmentVariable("RECONCILER_SIM_SEEDS"), CultureInfo.InvariantCulture,
            out var count)
            ? count
            : null;

    private void RunBatch(ulong first, int most, TimeSpan budget)
    {
        var (began, asked, ran) = (Stopwatch.GetTimestamp(), Asked(), 0);
        while (ran < (asked ?? most) && (asked is not null || Stopwatch.GetElapsedTime(began) < budget))
        {
            Hold(SimRun.Run(first + (ulong)ran++));
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{ran} seeds from {first}: {ran / seconds:F1} seeds/s"));
    }

    private static void Hold(SimResult result) => Assert.True(
        result.Held,
        $"{result.Describe()}See its log: dotnet run -c Release --project tests/Reconciler.Simulation -- {result.Seed}");
}
