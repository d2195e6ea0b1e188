using System.Text;
using Reconciler.Atlassian.ForgeV2;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.ForgeV2;

public sealed class ForgeV2RequestsTests
{
    private const string Collection = "/forge/installation/v2/dynamic/module";
    private readonly ForgeV2Requests _requests = new(trailingSlash: true);

    [Fact]
    public void X5_the_collection_has_a_trailing_slash_by_default_and_an_item_never()
    {
        Assert.Equal(Collection + "/", _requests.List(null, null).PathAndQuery);
        Assert.Equal(Collection + "/", _requests.Create("a", RemoteFixture.Content).PathAndQuery);
        Assert.Equal(Collection + "/k", _requests.Get("k").PathAndQuery);
        Assert.Equal(Collection, new ForgeV2Requests(trailingSlash: false).List(null, null).PathAndQuery);
    }

    [Fact]
    public void A_page_is_asked_for_with_limit_and_encoded_token()
    {
        Assert.Equal($"{Collection}/?limit=7&nextPageToken=a%2Bb%2F%3D%26c", _requests.List("a+b/=&c", 7).PathAndQuery);
    }

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a b?c#d%", "a%20b%3Fc%23d%25")]
    [InlineData("schlüssel", "schl%C3%BCssel")]
    [InlineData("7b7c7d0e-1", "7b7c7d0e-1")]
    public void A_key_is_one_percent_encoded_segment(string key, string segment)
    {
        Assert.Equal($"{Collection}/{segment}", _requests.Delete(key).PathAndQuery);
        var message = _requests.Delete(key).ToMessage(
            new Uri("https://api.atlassian.com"), new ByteArrayContent([]), "test");
        Assert.Equal($"{Collection}/{segment}", message.RequestUri!.AbsolutePath);
    }

    [Fact]
    public void An_empty_key_is_never_a_request_I13()
    {
        Assert.Throws<ArgumentException>(() => _requests.Delete(""));
        Assert.Throws<ArgumentException>(() => _requests.Update("", RemoteFixture.Content));
    }

    [Fact]
    public void X2_X3_X7_no_body_ever_holds_a_key()
    {
        var content = ModuleContent.Parse("trigger", """{"key":"mine","b":1,"a":[true]}""");
        Assert.Equal(
            """{"type":"trigger","data":{"a":[true],"b":1}}""",
            Encoding.UTF8.GetString(_requests.Create("a", content).Body.Span));
        Assert.Equal(
            """{"type":"trigger","data":{"a":[true],"b":1}}""",
            Encoding.UTF8.GetString(_requests.Update("k", content).Body.Span));
    }

    [Theory]
    [InlineData("https://api.atlassian.com", "https://api.atlassian.com/forge/")]
    [InlineData("https://api.atlassian.com/", "https://api.atlassian.com/forge/")]
    [InlineData("https://api.atlassian.com/ex/jira/c1d", "https://api.atlassian.com/ex/jira/c1d/forge/")]
    public void X6_a_path_of_the_base_url_goes_in_front(string baseUrl, string start)
    {
        var message = _requests.List(null, 1).ToMessage(new Uri(baseUrl), new ByteArrayContent([]), "test");
        Assert.StartsWith(start, message.RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_verb_carries_a_content_type_and_only_the_create_an_attempt_id()
    {
        var all = new[]
        {
            _requests.List(null, 1), _requests.Get("k"), _requests.Update("k", RemoteFixture.Content),
            _requests.Delete("k"), _requests.Create("attempt-9", RemoteFixture.Content),
        };
        foreach (var request in all)
        {
            var message = request.ToMessage(new Uri("https://h"), new ByteArrayContent([]), "test");
            Assert.Equal("application/json", message.Content!.Headers.ContentType!.ToString());
            Assert.Equal(request.Method == HttpMethod.Post, message.Headers.Contains("X-Reconciler-Attempt"));
        }
    }

    [Fact]
    public void A_key_of_the_remote_may_be_any_string_but_no_dot_segment()
    {
        Assert.NotNull(Atlassian.Http.ItemKey.Check(".."));
        Assert.NotNull(Atlassian.Http.ItemKey.Check("."));
        Assert.Null(Atlassian.Http.ItemKey.Check("..."));
    }
}
