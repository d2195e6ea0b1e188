using System.Globalization;

namespace Reconciler.EndToEnd.Tests.Drills;

/// <summary>How large the process drills are: small on every run, full when the environment asks for it.</summary>
internal static class DrillSize
{
    /// <summary>How often the operator is killed: RECONCILER_DRILL_KILLS, 200 in the full drill.</summary>
    public static int Kills { get; } = Number("RECONCILER_DRILL_KILLS", 8);

    /// <summary>Seed of the drill: RECONCILER_DRILL_SEED, printed in every failure.</summary>
    public static int Seed { get; } = Number("RECONCILER_DRILL_SEED", 20251122);

    private static int Number(string variable, int standard) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : standard;
}
