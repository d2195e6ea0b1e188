using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reconciler.Core.Modules;

/// <summary>
/// Numbers as ECMAScript's Number::toString prints them (RFC 8785 §3.2.2.3). One deviation on purpose: an integer whose
/// printed double would denote another number keeps its own digits, since rounding would call two different desired
/// values equal.
/// </summary>
internal static class EcmaScriptNumber
{
    /// <exception cref="FormatException">The number is beyond the range of a double.</exception>
    public static string Format(JsonElement number)
    {
        var raw = number.GetRawText();
        var value = number.GetDouble();
        if (!double.IsFinite(value))
        {
            throw new FormatException($"number {Excerpt(raw)} is too large for a double");
        }

        return KeepsItsDigits(raw, value) ? raw : Format(value);
    }

    /// <param name="value">Finite.</param>
    public static string Format(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        var (digits, point) = Decimal(Math.Abs(value));
        var text = Layout(digits, point);
        return value < 0 ? "-" + text : text;
    }

    private static bool KeepsItsDigits(string raw, double value)
    {
        var integer = raw.AsSpan(raw[0] == '-' ? 1 : 0);
        if (integer.Length <= 15 || integer.IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            return false;
        }

        var (digits, point) = Decimal(Math.Abs(value));
        return point != integer.Length || !integer.TrimEnd('0').SequenceEqual(digits);
    }

    /// <summary>The shortest digits that read back as <paramref name="value"/>, without zeros at either end, and the n
    /// with value = 0.digits × 10^n.</summary>
    private static (string Digits, int Point) Decimal(double value)
    {
        // "R" is the shortest round trip since .NET Core 3.0; its exponent, unlike that of "E16", belongs to its digits
        // (1e+23 is 9.9999999999999992E+022 in full).
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = e < 0 ? text : text[..e];
        var exponent = e < 0
            ? 0
            : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = dot < 0 ? mantissa : mantissa.Remove(dot, 1);
        var digits = all.TrimStart('0');
        var point = (dot < 0 ? mantissa.Length : dot) + exponent - (all.Length - digits.Length);
        return (digits.TrimEnd('0'), point);
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

    private static string Excerpt(string raw) => raw.Length <= 32 ? raw : $"{raw[..32]}…";
}
