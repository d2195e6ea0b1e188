using System.Globalization;
using System.Numerics;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Reconciler.Operator.Resources;

/// <summary>What a YAML scalar means: the table of YAML 1.1 as kubectl's reader has it, so that a file gives the same
/// object with and without a cluster (<c>on</c> is true, <c>0777</c> is 511, a date is a text).</summary>
internal static class YamlScalars
{
    private static readonly string[] Truths =
        ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];

    private static readonly string[] Lies =
        ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];

    private static readonly string[] Nulls = ["", "~", "null", "Null", "NULL"];

    public static ManifestNode.Scalar Resolve(YamlScalarNode scalar, ManifestPlace place)
    {
        var text = scalar.Value ?? "";
        var isText = scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)
            || (!scalar.Tag.IsEmpty && scalar.Tag.Value is "tag:yaml.org,2002:str" or "!");
        return isText ? new ManifestNode.Scalar(place, JsonValueKind.String, text) : Plain(text, place);
    }

    private static ManifestNode.Scalar Plain(string text, ManifestPlace place)
    {
        if (Nulls.Contains(text))
        {
            return new ManifestNode.Scalar(place, JsonValueKind.Null, "null");
        }

        if (Truths.Contains(text))
        {
            return new ManifestNode.Scalar(place, JsonValueKind.True, "true");
        }

        if (Lies.Contains(text))
        {
            return new ManifestNode.Scalar(place, JsonValueKind.False, "false");
        }

        if (Number(text) is { } number)
        {
            return new ManifestNode.Scalar(place, JsonValueKind.Number, number);
        }

        return text.ToUpperInvariant() is ".NAN" or ".INF" or "+.INF" or "-.INF"
            ? throw new ManifestException(place, $"{text} is no JSON number: quote it if it is a text")
            : new ManifestNode.Scalar(place, JsonValueKind.String, text);
    }

    /// <returns>JSON text of the number, null when it is none.</returns>
    private static string? Number(string text)
    {
        if (text.Length > 400 || !(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.'))
        {
            return null;
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        var sign = plain is ['-', ..] ? "-" : "";
        var digits = plain.TrimStart('-', '+');
        if (plain.Length - digits.Length > 1)
        {
            return null;
        }

        return Integer(digits) is { } integer
            ? (integer.IsZero ? "0" : sign + integer.ToString(CultureInfo.InvariantCulture))
            : Fraction(digits) is { } fraction ? sign + fraction : null;
    }

    private static BigInteger? Integer(string digits) => digits switch
    {
        ['0', 'x' or 'X', .. var hex] => Radix(hex, 16),
        ['0', 'b' or 'B', .. var bits] => Radix(bits, 2),
        ['0', 'o' or 'O', .. var octal] => Radix(octal, 8),
        ['0', _, ..] => Radix(digits[1..], 8),
        _ => Radix(digits, 10),
    };

    private static BigInteger? Radix(string digits, int radix)
    {
        if (digits.Length == 0)
        {
            return null;
        }

        var value = BigInteger.Zero;
        foreach (var digit in digits)
        {
            var number = char.IsAsciiHexDigit(digit) ? System.Convert.ToInt32(digit.ToString(), 16) : int.MaxValue;
            if (number >= radix)
            {
                return null;
            }

            value = (value * radix) + number;
        }

        return value;
    }

    private static string? Fraction(string digits)
    {
        if (digits.Any(character => !char.IsAsciiDigit(character) && character is not ('.' or 'e' or 'E' or '-' or '+'))
            || !digits.Any(char.IsAsciiDigit)
            || !double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
        {
            return null;
        }

        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}
