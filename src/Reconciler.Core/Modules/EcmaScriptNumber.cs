using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reconciler.Core.Modules;

/// <summary>
/// Numbers as ECMAScript's Number::toString prints them (RFC 8785 §3.2.2.3). Integers that a double cannot hold exactly
/// are kept digit by digit instead of being rounded: rounding would call two different desired values equal.
/// </summary>
internal static class EcmaScriptNumber
{
    public static string Format(JsonElement number)
    {
        var raw = number.GetRawText();
        if (IsPlainInteger(raw) && raw.Length > 15)
        {
            return raw;
        }

        var value = number.GetDouble();
        if (!double.IsFinite(value))
        {
            throw new FormatException($"number {raw} is too large");
        }

        return Format(value);
    }

    private static bool IsPlainInteger(string raw) =>
        raw.AsSpan(raw[0] == '-' ? 1 : 0).IndexOfAnyExceptInRange('0', '9') < 0;

    private static string Format(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        // "E16" has too few digits for a round trip; "R" gives the shortest one, as ECMAScript wants.
        var shortest = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        var roundTrip = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var (digits, exponent) = Split(roundTrip, shortest);
        var text = Layout(digits, exponent);
        return value < 0 ? "-" + text : text;
    }

    /// <summary>Digits without leading or trailing zeros, and n with value = 0.digits × 10^n.</summary>
    private static (string Digits, int Point) Split(string roundTrip, string scientific)
    {
        var mantissa = roundTrip.Split('E')[0].Replace(".", "", StringComparison.Ordinal);
        var digits = mantissa.TrimStart('0').TrimEnd('0');
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1),
            NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return (digits, exponent + 1);
    }

    private static string Layout(string digits, int point)
    {
        var count = digits.Length;
        if (count <= point && point <= 21)
        {
            return digits + new string('0', point - count);
        }

        if (point is > 0 and <= 21)
        {
            return $"{digits[..point]}.{digits[point..]}";
        }

        if (point is > -6 and <= 0)
        {
            return "0." + new string('0', -point) + digits;
        }

        var exponent = point - 1;
        var text = new StringBuilder().Append(digits[0]);
        if (count > 1)
        {
            text.Append('.').Append(digits.AsSpan(1));
        }

        return text.Append('e').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent)).ToString();
    }
}
