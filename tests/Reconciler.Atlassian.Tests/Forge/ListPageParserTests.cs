using System.Text;
using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;

namespace Reconciler.Atlassian.Tests.Forge;

public sealed class ListPageParserTests
{
    private const string A = """{"key":"a","type":"trigger","data":{"key":"a","x":1}}""";
    private const string B = """{"key":"b","type":"macro","data":{"key":"b"}}""";

    [Theory]
    [InlineData("result")]
    [InlineData("results")]
    [InlineData("modules")]
    [InlineData("values")]
    [InlineData("items")]
    [InlineData("data")]
    [InlineData("dynamicModules")]
    public void X1_an_object_lists_under_any_of_seven_names(string name)
    {
        foreach (var token in new[] { "nextPageToken", "lastEvaluatedKey", "cursor", "next" })
        {
            var page = Parse($$"""{"{{name}}":[{{A}},{{B}}],"{{token}}":"t+/="}""");
            Assert.Equal(["a", "b"], page.Modules.Select(module => module.Key));
            Assert.Equal("t+/=", page.Token);
            Assert.False(page.IsBare);
        }
    }

    [Fact]
    public void X1_a_bare_array_is_a_list_whose_token_may_be_in_a_header()
    {
        var page = Parse($"[{A},{B}]");
        Assert.True(page.IsBare);
        Assert.Null(page.Token);
        Assert.Equal("n", Parse("[]", ("NEXTPAGETOKEN", "n")).Token);
        Assert.Equal("n", Parse("[]", ("X-Next-Page-Token", "n")).Token);
        Assert.Equal("a b", Parse("[]", ("Link", "<https://evil.example/x?nextPageToken=a%20b>; rel=\"next\"")).Token);
    }

    [Fact]
    public void X1_P2_the_brackets_may_be_missing()
    {
        Assert.Equal(["a", "b"], Parse($"{A},\n{B}").Modules.Select(module => module.Key));
        Assert.Equal(["a"], Parse(A).Modules.Select(module => module.Key));
    }

    [Fact]
    public void X7_the_key_inside_data_is_not_content()
    {
        var module = Parse($"[{A}]").Modules.Single();
        Assert.Equal("""{"x":1}""", Encoding.UTF8.GetString(module.Content.Data.Span));
    }

    [Fact]
    public void An_empty_or_null_token_ends_the_list_and_an_empty_page_may_carry_one()
    {
        Assert.Null(Parse("""{"result":[],"lastEvaluatedKey":""}""").Token);
        Assert.Null(Parse("""{"result":[],"lastEvaluatedKey":null}""").Token);
        Assert.Equal("t", Parse("""{"result":[],"nextPageToken":null,"lastEvaluatedKey":"t"}""").Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"message":"Authorization failed"}""")]
    [InlineData("""{"result":null}""")]
    [InlineData("""{"result":{"a":1}}""")]
    [InlineData("""{"result":[{"key":"a","type":"t","data":{}}""")]
    [InlineData("""[{"key":"a","type":"t","data":{}},""")]
    [InlineData("""[{"type":"t","data":{}}]""")]
    [InlineData("""[{"key":"","type":"t","data":{}}]""")]
    [InlineData("""[{"key":7,"type":"t","data":{}}]""")]
    [InlineData("""[{"key":"a","data":{}}]""")]
    [InlineData("""[{"key":"a","type":"t","data":[]}]""")]
    [InlineData("""[{"key":"a\ud800","type":"t","data":{}}]""")]
    [InlineData("""[null]""")]
    [InlineData("""{"result":[],"lastEvaluatedKey":{"pk":"x"}}""")]
    [InlineData("<html></html>")]
    public void What_cannot_be_read_in_full_is_no_list(string body)
    {
        Assert.Throws<FormatException>(() => Parse(body));
    }

    /// <summary>A ledger records keys of up to 1024 characters; one more, and every write of it would be
    /// refused.</summary>
    [Fact]
    public void A_key_that_no_ledger_can_record_is_refused_with_its_length()
    {
        var longest = new string('k', 1024);
        Assert.Equal(longest, Assert.Single(Parse($$"""[{"key":"{{longest}}","type":"t"}]""").Modules).Key);

        var refusal = Assert.Throws<FormatException>(() => Parse($$"""[{"key":"{{longest}}k","type":"t"}]"""));
        Assert.Equal("a key has 1025 characters, more than 1024", refusal.Message);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped_and_another_charset_refused()
    {
        Assert.Single(ListPageParser.Parse(Encoding.UTF8.GetBytes("\uFEFF[" + A + "]"), ReplyHeaders.Empty).Modules);
        Assert.Throws<FormatException>(() =>
            ListPageParser.Parse(Encoding.Unicode.GetBytes("[" + A + "]"), ReplyHeaders.Empty));
    }

    private static ListPage Parse(string body, params (string Name, string Value)[] headers) =>
        ListPageParser.Parse(
            Encoding.UTF8.GetBytes(body),
            new ReplyHeaders(headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase)));
}
