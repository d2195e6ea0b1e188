using System.Globalization;
using System.Text.Json;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Modules;

public sealed class EcmaScriptNumberTests
{
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void The_vectors_of_rfc_8785_appendix_b_hold(ulong bits, string expected) =>
        Assert.Equal(expected, EcmaScriptNumber.Format(BitConverter.UInt64BitsToDouble(bits)));

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("1E30", "1e+30")]
    [InlineData("4.50", "4.5")]
    [InlineData("2e-3", "0.002")]
    [InlineData("0.000000000000000000000000001", "1e-27")]
    [InlineData("333333333.33333329", "333333333.3333333")]
    [InlineData("1000000000000000000000", "1e+21")]
    [InlineData("10000000000000000000000", "1e+22")]
    [InlineData("100000000000000000000", "100000000000000000000")]
    [InlineData("9007199254740992", "9007199254740992")]
    public void A_number_has_one_form_however_it_is_written(string written, string expected) =>
        Assert.Equal(expected, Canonical(written));

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("-9007199254740993")]
    [InlineData("12345678901234567890123")]
    [InlineData("295147905179352825856")]
    public void An_integer_that_rounding_would_change_keeps_its_digits(string written) =>
        Assert.Equal(written, Canonical(written));

    [Theory]
    [InlineData("1e400")]
    [InlineData("-1e309")]
    public void A_number_beyond_a_double_is_one_clear_error(string written)
    {
        var error = Assert.Throws<FormatException>(() => Canonical(written));

        Assert.Equal($"number {written} is too large for a double", error.Message);
    }

    [Fact]
    public void A_huge_integer_is_an_error_and_not_a_page_of_digits()
    {
        var error = Assert.Throws<FormatException>(() => Canonical(new string('7', 5000)));

        Assert.Equal($"number {new string('7', 32)}… is too large for a double", error.Message);
    }

    [Fact]
    public void Random_doubles_are_printed_as_the_specification_says()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        for (var i = 0; i < 100_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                AssertSpecified(value, seed);
            }
        }
    }

    [Fact]
    public void Doubles_of_everyday_size_are_printed_as_the_specification_says()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        for (var i = 0; i < 50_000; i++)
        {
            AssertSpecified(random.NextInt64(-1_000_000_000, 1_000_000_000) / Math.Pow(10, random.Next(0, 12)), seed);
        }
    }

    private static void AssertSpecified(double value, int seed)
    {
        var text = EcmaScriptNumber.Format(value);
        Assert.True(Specified(value) == text, $"seed {seed}: {value:R} gave {text}, specified is {Specified(value)}");
        Assert.True(
            double.Parse(text, CultureInfo.InvariantCulture).Equals(value == 0 ? 0.0 : value), $"seed {seed}: {text}");
        Assert.True(Canonical(text) == text, $"seed {seed}: the form of {text} is not stable");
    }

    /// <summary>ECMA-262 §6.1.6.1.20, step by step: the smallest k with k digits that read back as the value.</summary>
    private static string Specified(double value)
    {
        if (value == 0)
        {
            return "0";
        }

        if (value < 0)
        {
            return "-" + Specified(-value);
        }

        for (var k = 1; k <= 17; k++)
        {
            var scientific = value.ToString($"E{k - 1}", CultureInfo.InvariantCulture);
            if (double.Parse(scientific, CultureInfo.InvariantCulture).Equals(value))
            {
                var parts = scientific.Split('E');
                var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
                return Laid(digits, k, int.Parse(parts[1], CultureInfo.InvariantCulture) + 1);
            }
        }

        throw new InvalidOperationException($"17 digits always suffice, but not for {value:R}.");
    }

    private static string Laid(string digits, int k, int n)
    {
        var e = n - 1;
        var sign = e < 0 ? "-" : "+";
        return n switch
        {
            _ when k <= n && n <= 21 => digits.PadRight(n, '0'),
            > 0 and <= 21 => digits[..n] + "." + digits[n..],
            > -6 and <= 0 => "0." + digits.PadLeft(k - n, '0'),
            _ when k == 1 => $"{digits}e{sign}{Math.Abs(e)}",
            _ => $"{digits[0]}.{digits[1..]}e{sign}{Math.Abs(e)}",
        };
    }

    private static string Canonical(string written)
    {
        using var document = JsonDocument.Parse(written);
        return EcmaScriptNumber.Format(document.RootElement);
    }
}
