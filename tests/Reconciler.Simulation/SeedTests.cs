using System.Diagnostics;
using System.Globalization;
using Reconciler.Simulation.World;
using Xunit.Abstractions;

namespace Reconciler.Simulation;

/// <summary>Seeds: those that found something, a fixed batch, and as many fresh ones as fit.</summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(40);

    public static TheoryData<ulong> Found() => [.. FixedSeeds.Read()];

    [Theory]
    [MemberData(nameof(Found))]
    public void A_seed_that_once_found_something_holds(ulong seed) => Hold(SimRun.Run(seed));

    [Fact]
    public void The_first_seeds_hold() => RunBatch(1, Asked() ?? 100, TimeSpan.FromMinutes(2));

    [FreshSeedsFact]
    public void Fresh_seeds_hold() =>
        RunBatch((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000, Asked() ?? int.MaxValue, Budget);

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

    private void RunBatch(ulong first, int count, TimeSpan budget)
    {
        var began = Stopwatch.GetTimestamp();
        var ran = 0;
        while (ran < count && (Asked() is not null || Stopwatch.GetElapsedTime(began) < budget))
        {
            Hold(SimRun.Run(first + (ulong)ran++));
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{ran} seeds from {first}: {ran / seconds:F1} seeds/s"));
    }

    private static void Hold(SimResult result) => Assert.True(
        result.Held, $"seed {result.Seed}: {string.Join(Environment.NewLine, result.Violations)}");
}
