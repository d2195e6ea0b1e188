using System.Text;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Modules;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void The_sample_of_rfc_8785_section_3_2_2_comes_out_byte_for_byte()
    {
        const string input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;

        Assert.Equal(
            """{"literals":[null,true,false]"""
            + ""","numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""",
            Canonical(input));
    }

    [Fact]
    public void Members_are_sorted_by_utf_16_code_units_as_in_rfc_8785_section_3_2_3()
    {
        const string input = """
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """;

        Assert.Equal(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With "
            + "Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\""
            + "Hebrew Letter Dalet With Dagesh\"}",
            Canonical(input));
    }

    [Theory]
    [InlineData(@"{""a"":""\b\t\n\f\r\u0001\u001f""}", @"{""a"":""\b\t\n\f\r\u0001\u001f""}")]
    [InlineData(@"{""a"":""\u007f\u2028\u003c\/""}", "{\"a\":\"\u007f\u2028</\"}")]
    [InlineData("""{ "b" : { "d" : 1 , "c" : [ ] } , "a" : { } }""", """{"a":{},"b":{"c":[],"d":1}}""")]
    public void Only_what_must_be_escaped_is_escaped(string input, string expected) =>
        Assert.Equal(expected, Canonical(input));

    [Theory]
    [InlineData("""{"title":"\ud800"}""", "the text in \"title\" is not valid Unicode")]
    [InlineData("""{"a":{"b":["\udc00x"]}}""", "the text in \"a.b\" is not valid Unicode")]
    [InlineData("""{"a":{"\ud83d":1}}""", "a member name in \"a\" is not valid Unicode")]
    public void A_lone_surrogate_is_one_clear_error(string input, string expected) =>
        Assert.StartsWith(expected, Refusal(input), StringComparison.Ordinal);

    [Fact]
    public void Broken_utf_8_is_one_clear_error()
    {
        byte[] input = [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.False(CanonicalJson.TryCanonicalizeObject(input, null, out _, out var error));
        Assert.StartsWith("the text in \"a\" is not valid Unicode", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":1,"b":2,"a":1}""", "member \"a\" appears twice")]
    [InlineData("""{"x":{"a":1,"\u0061":2}}""", "member \"a\" in \"x\" appears twice")]
    [InlineData("""{"key":1,"key":2}""", "member \"key\" appears twice")]
    public void A_member_that_appears_twice_is_refused(string input, string expected) =>
        Assert.Equal(expected, Refusal(input));

    [Theory]
    [InlineData("[]", "expected a JSON object, found an array")]
    [InlineData("null", "expected a JSON object, found null")]
    [InlineData("\"text\"", "expected a JSON object, found a string")]
    [InlineData("true", "expected a JSON object, found a boolean")]
    [InlineData("{\"a\":1e999}", "number 1e999 is too large for a double")]
    public void What_is_not_an_object_of_json_values_is_named(string input, string expected) =>
        Assert.Equal(expected, Refusal(input));

    [Theory]
    [InlineData("")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":1} {}")]
    [InlineData("{'a':1}")]
    public void What_is_not_json_is_refused_with_the_position(string input)
    {
        var error = Refusal(input);

        Assert.StartsWith("not valid JSON: ", error, StringComparison.Ordinal);
        Assert.Contains("BytePositionInLine", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_accepted_up_to_the_limit_and_refused_beyond_it()
    {
        Assert.Equal(Nested(CanonicalJson.MaxDepth), Canonical(Nested(CanonicalJson.MaxDepth)));
        Assert.Contains("depth of 64", Refusal(Nested(CanonicalJson.MaxDepth + 1)), StringComparison.Ordinal);
        Assert.Contains("depth of 64", Refusal(Nested(100_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void Three_megabytes_are_canonicalised_and_stable()
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < 70_000; i++)
        {
            text.Append($"\"m{i * 7919 % 70_000:d6}\":\"{new string('x', 30)}\\u00e9\",");
        }

        text.Append("\"last\":0}");
        var input = text.ToString();
        Assert.True(input.Length > 3_000_000);

        var once = Canonical(input);

        Assert.Equal(once, Canonical(once));
        Assert.True(CanonicalJson.Covers(Encoding.UTF8.GetBytes(once), "{\"m069999\":\"none\"}"u8.ToArray()) is false);
    }

    [Fact]
    public void Shuffled_members_and_white_space_make_no_difference()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var value = JsonValues.Object(random, depth: 3);
            var left = Canonical(value.Print(new Random(random.Next())));
            var right = Canonical(value.Print(new Random(random.Next())));

            Assert.True(left == right, $"seed {seed}: {left} differs from {right}");
            Assert.True(Canonical(left) == left, $"seed {seed}: {left} is not stable");
        }
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);

    private static string Canonical(string json)
    {
        Assert.True(
            CanonicalJson.TryCanonicalizeObject(Encoding.UTF8.GetBytes(json), null, out var canonical, out var error),
            error);
        return Encoding.UTF8.GetString(canonical!);
    }

    private static string Refusal(string json)
    {
        Assert.False(
            CanonicalJson.TryCanonicalizeObject(Encoding.UTF8.GetBytes(json), "key", out var canonical, out var error));
        Assert.Null(canonical);
        return error!;
    }
}
