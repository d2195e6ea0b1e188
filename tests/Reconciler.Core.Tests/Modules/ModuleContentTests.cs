using System.Text;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Modules;

public sealed class ModuleContentTests
{
    private const string Sent = """{"title":"Orders","layout":{"width":3,"tags":["a","b"]}}""";

    [Theory]
    [InlineData("""{"title":"Orders","layout":{"width":3,"tags":["a","b"]}}""", MatchRelation.Identical)]
    [InlineData("""{"layout":{"tags":["a","b"],"width":3.0},"title":"\u004frders"}""", MatchRelation.Identical)]
    [InlineData("""{"key":"7b7c","title":"Orders","layout":{"width":3,"tags":["a","b"]}}""", MatchRelation.Identical)]
    [InlineData("""{"title":"Orders","icon":null,"layout":{"width":3,"tags":["a","b"]}}""", MatchRelation.Covers)]
    [InlineData("""{"title":"Orders","layout":{"height":1,"width":3,"tags":["a","b"]}}""", MatchRelation.Covers)]
    [InlineData("""{"title":"Orders","layout":{"width":3,"tags":["a","b","c"]}}""", MatchRelation.Weak)]
    [InlineData("""{"title":"Orders","layout":{"width":3,"tags":["b","a"]}}""", MatchRelation.Weak)]
    [InlineData("""{"title":"Orders","layout":{"width":"3","tags":["a","b"]}}""", MatchRelation.Weak)]
    [InlineData("""{"title":"Orders"}""", MatchRelation.Weak)]
    [InlineData("""{"title":"Orders","layout":null}""", MatchRelation.Weak)]
    [InlineData("{}", MatchRelation.Weak)]
    public void What_the_remote_shows_relates_to_what_was_sent(string observed, MatchRelation expected) =>
        Assert.Equal(expected, ModuleContent.Parse("panel", observed).RelateTo(ModuleContent.Parse("panel", Sent)));

    [Fact]
    public void Another_type_never_matches() =>
        Assert.Equal(
            MatchRelation.None, ModuleContent.Parse("macro", Sent).RelateTo(ModuleContent.Parse("panel", Sent)));

    [Fact]
    public void An_empty_object_is_covered_by_everything_of_its_type() =>
        Assert.Equal(
            MatchRelation.Covers, ModuleContent.Parse("panel", Sent).RelateTo(ModuleContent.Parse("panel", "{}")));

    [Fact]
    public void Only_the_top_level_key_is_left_out()
    {
        var content = ModuleContent.Parse("panel", """{"key":"a","nested":{"key":"b"}}""");

        Assert.Equal("""{"nested":{"key":"b"}}""", Encoding.UTF8.GetString(content.Data.Span));
    }

    [Fact]
    public void The_fingerprint_is_the_digest_of_the_documented_text()
    {
        // printf '{"data":{"a":1},"type":"trigger"}' | sha256sum
        var content = ModuleContent.Parse("trigger", """{ "a": 1.0, "key": "x" }""");
        var expected = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData("""{"data":{"a":1},"type":"trigger"}"""u8));

        Assert.Equal($"sha256:{expected}", content.Fingerprint.Value);
    }

    [Fact]
    public void A_type_that_is_not_unicode_is_refused()
    {
        foreach (var type in new[] { "\ud800", "a\udc00", "\udc00\ud800", "x\ud83d" })
        {
            Assert.False(ModuleContent.TryCreate(type, "{}"u8.ToArray(), out _, out var error));
            Assert.StartsWith("the type is not valid Unicode", error, StringComparison.Ordinal);
        }

        Assert.True(ModuleContent.TryCreate("😀a😀", "{}"u8.ToArray(), out _, out _));
    }

    [Fact]
    public void Adding_members_to_an_object_never_ends_the_match()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var json = JsonValues.Object(random, depth: 3).Print(random).Trim();
            var sent = ModuleContent.Parse("t", json);
            var grown = ModuleContent.Parse(
                "t", json.Length == 2 ? "{\"zz-default\":1}" : json[..^1] + ",\"zz-default\":[1]}");

            Assert.True(sent.RelateTo(sent) == MatchRelation.Identical, $"seed {seed}: {json}");
            Assert.True(grown.RelateTo(sent) == MatchRelation.Covers, $"seed {seed}: {json}");
            Assert.True(sent.RelateTo(grown) == MatchRelation.Weak, $"seed {seed}: {json}");
        }
    }
}
