using Reconciler.Core.Modules;
using Reconciler.Operator.Rendering;

namespace Reconciler.Operator.Tests.Rendering;

public sealed class JsonDiffTests
{
    [Fact]
    public void Only_what_differs_is_marked()
    {
        var lines = Diff("""{"a":1,"b":{"c":2,"d":3},"gone":true}""", """{"a":1,"b":{"c":2,"d":4},"new":null}""");

        Assert.Equal(
            [
                "  {", "    \"a\": 1,", "    \"b\": {", "      \"c\": 2,", "-     \"d\": 3", "+     \"d\": 4", "    },",
                "-   \"gone\": true,", "+   \"new\": null", "  }",
            ],
            lines);
    }

    [Fact]
    public void Lists_are_compared_element_by_element()
    {
        var lines = Diff("""{"l":["a","b","z"]}""", """{"l":["a","c","z"]}""");

        Assert.Equal(
            ["  {", "    \"l\": [", "      \"a\",", "-     \"b\",", "+     \"c\",", "      \"z\"", "    ]", "  }"],
            lines);
    }

    [Fact]
    public void A_longer_list_shows_what_came_in_between()
    {
        var lines = Diff("""{"l":["a","z"]}""", """{"l":["a","b","c","z"]}""");

        Assert.Equal(["+     \"b\",", "+     \"c\","], lines.Where(line => line[0] != ' '));
    }

    [Fact]
    public void A_change_of_the_type_is_shown_first()
    {
        var lines = JsonDiff.Of(ModuleContent.Parse("a", "{}"), ModuleContent.Parse("b", "{}"), 100);

        Assert.Equal(["- type: a", "+ type: b"], lines.Take(2));
    }

    [Fact]
    public void Lines_beyond_the_bound_are_counted()
    {
        var many = $"{{{string.Join(',', Enumerable.Range(100, 900).Select(i => $"\"m{i}\":{i}"))}}}";

        var lines = JsonDiff.Of(null, ModuleContent.Parse("t", many), 50);

        Assert.Equal(51, lines.Length);
        Assert.Equal("  … 852 more lines", lines[^1]);
    }

    [Fact]
    public void A_long_value_is_cut_and_a_large_unchanged_one_is_folded()
    {
        var text = new string('x', 60_000);
        var lines = Diff($$"""{"a":"{{text}}","b":"1"}""", $$"""{"a":"{{text}}","b":"2"}""");
        var whole = JsonDiff.Of(null, ModuleContent.Parse("t", $$"""{"a":"{{text}}"}"""), 50);

        Assert.All(lines, line => Assert.InRange(line.Length, 1, 120));
        Assert.All(whole, line => Assert.InRange(line.Length, 1, 2100));
    }

    [Theory]
    [InlineData("\u202e", "\\u{202e}")]
    [InlineData("\u2066", "\\u{2066}")]
    [InlineData("\u200b", "\\u{200b}")]
    [InlineData("\U000E0041", "\\u{e0041}")]
    public void Characters_that_hide_or_reorder_text_are_escaped(string hidden, string shown)
    {
        var lines = JsonDiff.Of(null, ModuleContent.Parse("t", $$"""{"a":"x{{hidden}}y"}"""), 50);

        Assert.Contains(lines, line => line.Contains($"x{shown}y", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains(hidden, StringComparison.Ordinal));
    }

    private static string[] Diff(string observed, string desired) =>
        [.. JsonDiff.Of(ModuleContent.Parse("t", observed), ModuleContent.Parse("t", desired), 100)];
}
