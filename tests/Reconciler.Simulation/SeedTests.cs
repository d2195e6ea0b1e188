using System.Diagnostics;
using System.Globalization;
using Reconciler.Core.Modules;
using Reconciler.Simulation.World;
using Xunit.Abstractions;

namespace Reconciler.Simulation;

/// <summary>Seeds: those that found something, a fixed batch, and fresh ones that nobody has seen.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int FixedSeedsMax = 100;
    private const int KeyedSeedsMax = 15;
    private const int FreshSeedsMax = 25;
    private const int StoppedSeedsMax = 24;

    // Few, because they explore: one in some thousands still finds something, and a gate must not fall by chance.
    // The budgets end these batches on a slow machine: 2 minutes, 30 seconds for each other API, 40 seconds.
    private static readonly TimeSpan FixedBudget = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FreshBudget = TimeSpan.FromSeconds(40);

    public static TheoryData<ulong, RemoteApi, bool> Found()
    {
        var found = new TheoryData<ulong, RemoteApi, bool>();
        FixedSeeds.Read().ToList().ForEach(one => found.Add(one.Seed, one.Api, one.Stops));
        return found;
    }

    [Theory]
    [MemberData(nameof(Found))]
    public void A_seed_that_once_found_something_holds(ulong seed, RemoteApi api, bool stops) =>
        Hold(SimRun.Run(seed, api, stops: stops));

    [Fact]
    public void The_first_seeds_hold() => RunBatch(1, FixedSeedsMax, FixedBudget, static _ => RemoteApi.ForgeV2);

    /// <summary>The other APIs (issue 3): keys of our choice, and on Connect replacements and creates
    /// of several.</summary>
    [Theory]
    [InlineData(RemoteApi.ForgeV1)]
    [InlineData(RemoteApi.ForgeContainer)]
    [InlineData(RemoteApi.ConnectJira)]
    [InlineData(RemoteApi.ConnectConfluence)]
    public void The_first_seeds_hold_over_every_other_API(RemoteApi api) =>
        RunBatch(1, KeyedSeedsMax, FixedBudget / 4, _ => api);

    /// <summary>Every API in its turn.</summary>
    [Fact]
    public void Q10_the_first_seeds_hold_when_operators_are_asked_to_stop() =>
        RunBatch(1, StoppedSeedsMax, FixedBudget / 4, FreshRun.ApiOf, stops: true);

    [Fact]
    public void Fresh_seeds_hold() => RunBatch(FreshRun.Start(), FreshSeedsMax, FreshBudget, FreshRun.ApiOf);

    /// <summary>M6.</summary>
    [Theory]
    [InlineData(3, RemoteApi.ForgeV2, false)]
    [InlineData(16, RemoteApi.ForgeV2, false)]
    [InlineData(98, RemoteApi.ForgeV2, false)]
    [InlineData(3, RemoteApi.ConnectJira, false)]
    [InlineData(16, RemoteApi.ForgeV1, false)]
    [InlineData(3, RemoteApi.ForgeV2, true)]
    public void The_same_seed_replays_to_the_same_log(ulong seed, RemoteApi api, bool stops)
    {
        var first = SimRun.Run(seed, api, stops: stops);
        var second = SimRun.Run(seed, api, stops: stops);
        Assert.Equal((first.Digest, first.Virtual), (second.Digest, second.Virtual));
    }

    /// <summary>RECONCILER_SIM_SEEDS: so many seeds per batch, however long they take.</summary>
    private static int? Asked() =>
        int.TryParse(Environment.GetEnvironmentVariable("RECONCILER_SIM_SEEDS"), CultureInfo.InvariantCulture,
            out var count)
            ? count
            : null;

    private void RunBatch(
        ulong first, int most, TimeSpan budget, Func<int, RemoteApi> apiOf, bool stops = false)
    {
        var (began, asked, ran) = (Stopwatch.GetTimestamp(), Asked(), 0);
        while (ran < (asked ?? most) && (asked is not null || Stopwatch.GetElapsedTime(began) < budget))
        {
            Hold(SimRun.Run(first + (ulong)ran, apiOf(ran), stops: stops));
            ran++;
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{ran} seeds from {first}: {ran / seconds:F1} seeds/s"));
    }

    private static void Hold(SimResult result) => Assert.True(
        result.Held,
        $"{result.Describe()}See its log: "
        + $"dotnet run -c Release --project tests/Reconciler.Simulation -- {result.Asked}");
}
