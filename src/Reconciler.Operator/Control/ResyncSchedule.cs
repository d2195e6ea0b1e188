using System.Text;

namespace Reconciler.Operator.Control;

/// <summary>
/// Spreads installations over time: the same UID always falls at the same place, different ones fall evenly, so that
/// neither a resync nor a start comes as one burst.
/// </summary>
internal static class ResyncSchedule
{
    private const double Jitter = 0.1;

    private static readonly TimeSpan SpreadPerInstallation = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan SpreadMax = TimeSpan.FromSeconds(10);

    /// <summary>The interval, ±10 %.</summary>
    public static TimeSpan Next(TimeSpan interval, string uid) => interval * (1 - Jitter + (2 * Jitter * Place(uid)));

    /// <summary>The delay of an installation's first pass when <paramref name="installations"/> start
    /// together.</summary>
    public static TimeSpan Startup(int installations, string uid)
    {
        var window = SpreadPerInstallation * installations;
        return (window < SpreadMax ? window : SpreadMax) * Place(uid);
    }

    // FNV-1a: spreads well enough and, unlike string.GetHashCode, is the same in every process.
    private static double Place(string uid)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(uid))
        {
            hash = (hash ^ octet) * 16777619u;
        }

        return hash / (uint.MaxValue + 1.0);
    }
}
