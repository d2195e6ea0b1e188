using System.Globalization;
using Reconciler.EndToEnd.Tests.Scenarios;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>How large the process drills are: small on every run, full when the environment asks for it.</summary>
internal static class DrillSize
{
    /// <summary>How often the operator is killed: RECONCILER_DRILL_KILLS, 200 in the full drill.</summary>
    public static int Kills { get; } = Number("RECONCILER_DRILL_KILLS", 8);

    /// <summary>Seed of the drill: RECONCILER_DRILL_SEED, printed in every failure.</summary>
    public static int Seed { get; } = Number("RECONCILER_DRILL_SEED", 20251122);

    /// <summary>How often all replicas are restarted in turn: RECONCILER_DRILL_ROLLS, 15 in the full drill.</summary>
    public static int Rolls { get; } = Number("RECONCILER_DRILL_ROLLS", 2);

    /// <summary>From the beginning of one rolling restart to that of the next: RECONCILER_DRILL_ROLL_SECONDS, 20 in the
    /// full drill; 0 begins the next at once.</summary>
    public static TimeSpan RollEvery { get; } = TimeSpan.FromSeconds(Number("RECONCILER_DRILL_ROLL_SECONDS", 0));

    /// <summary>The longest handover on a clean stop: RECONCILER_DRILL_HANDOVER_MS, 2000 in the full drill. The
    /// standard only tells a released lease from one that had to expire, since other tests run beside it.</summary>
    public static TimeSpan Handover { get; } =
        TimeSpan.FromMilliseconds(Number("RECONCILER_DRILL_HANDOVER_MS", 12_000));

    /// <summary>The remote of the drill: RECONCILER_DRILL_API, a value of spec.api.</summary>
    public static ApiUnderTest Api { get; } =
        ApiUnderTest.All.Single(
            api => api.Name == (Environment.GetEnvironmentVariable("RECONCILER_DRILL_API") ?? "ForgeV2"));

    private static int Number(string variable, int standard) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : standard;
}
