using System.Globalization;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// How long the remote wants to be left alone: <c>Retry-After</c> in seconds or as a date, else
/// <c>X-RateLimit-Reset</c> as ISO 8601, with or without seconds, or as epoch seconds. <c>Beta-*</c> headers only
/// inform (reference.md §9).
/// </summary>
internal static class ThrottleWish
{
    // A quota resets at the full hour at the latest; a longer wish is a broken clock or a broken header.
    private static readonly TimeSpan WaitMax = TimeSpan.FromHours(1);

    /// <summary>Epoch values below this are a number of seconds from now.</summary>
    private const double EpochMin = 1_000_000_000;

    /// <summary>Null when the headers do not say, or say nonsense.</summary>
    public static TimeSpan? Read(ReplyHeaders headers, DateTimeOffset now)
    {
        // The remote's own clock, if it tells, makes dates independent of our clock.
        var reference = ParseDate(headers["Date"]) ?? now;
        return Bound(FromText(headers["Retry-After"], reference) ?? FromText(headers["X-RateLimit-Reset"], reference));
    }

    private static TimeSpan? FromText(string? text, DateTimeOffset reference)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite
            | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number))
        {
            var seconds = number >= EpochMin ? number - reference.ToUnixTimeSeconds() : number;
            return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, WaitMax.TotalSeconds));
        }

        return ParseDate(text) - reference;
    }

    /// <summary>HTTP date or ISO 8601, null when absent or neither.</summary>
    public static DateTimeOffset? ParseDate(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : null;

    private static TimeSpan? Bound(TimeSpan? wait) => wait switch
    {
        null => null,
        // A date in the past, or zero, still asks for a pause.
        { TotalSeconds: < 1 } => TimeSpan.FromSeconds(1),
        _ => wait > WaitMax ? WaitMax : wait,
    };
}
