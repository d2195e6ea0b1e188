using System.Globalization;

namespace Reconciler.Core.Ledgers;

/// <summary>Times in a stored ledger: RFC 3339 in UTC, with as many fraction digits as the value has, so that reading
/// gives the same instant.</summary>
internal static class LedgerTime
{
    private const string Form = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    public static string Write(DateTimeOffset time) =>
        time.UtcDateTime.ToString(Form + "'Z'", CultureInfo.InvariantCulture);

    /// <summary>Of any offset, with up to seven fraction digits; null when it is no such time.</summary>
    public static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParseExact(
            text, Form + "K", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
