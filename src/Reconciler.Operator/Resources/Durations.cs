using System.Globalization;

namespace Reconciler.Operator.Resources;

/// <summary>Durations as manifests write them: <c>30s</c>, <c>5m</c>, <c>1h30m</c>.</summary>
internal static class Durations
{
    private const int PartsMax = 3;
    private const int DigitsMax = 5;

    /// <summary>Accepts what the CRD's pattern accepts: one to three numbers, each with its unit s, m or h.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.AsSpan();
        for (var part = 0; part < PartsMax && rest.Length > 0; part++)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > DigitsMax)
            {
                return false;
            }

            var number = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            TimeSpan? unit = rest[digits] switch
            {
                's' => TimeSpan.FromSeconds(1),
                'm' => TimeSpan.FromMinutes(1),
                'h' => TimeSpan.FromHours(1),
                _ => null,
            };
            if (unit is not { } one)
            {
                return false;
            }

            duration += number * one;
            rest = rest[(digits + 1)..];
        }

        return rest.Length == 0 && text.Length > 0;
    }
}
