using System.Text;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Tests.Api;

public sealed class ApiRequestsTests
{
    private static readonly ResourceType Pods = new("", "v1", "pods", "Pod");
    private static readonly ObjectKey Key = new("team-a", "acme");

    [Fact]
    public void Paths_follow_group_and_scope()
    {
        Assert.Equal("api/v1/pods", Pods.CollectionPath(null));
        Assert.Equal("api/v1/namespaces/a/pods/p", Pods.ObjectPath(new ObjectKey("a", "p")));
        Assert.Equal("apis/example.io/v1/namespaces/team-a/widgets/acme/status", Widget.Type.ObjectPath(Key, "status"));
        Assert.Equal("apis/example.io/v1/widgets/acme", Widget.Type.ObjectPath(new ObjectKey("", "acme")));
        Assert.Equal("example.io/v1", Widget.Type.ApiVersion);
    }

    [Theory]
    [InlineData("a/b", "api/v1/namespaces/n/pods/a%2Fb")]
    [InlineData("a?x=1#f", "api/v1/namespaces/n/pods/a%3Fx%3D1%23f")]
    public void Names_are_percent_encoded(string name, string path) =>
        Assert.Equal(path, Pods.ObjectPath(new ObjectKey("n", name)));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public void A_name_that_would_change_the_path_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Pods.ObjectPath(new ObjectKey("n", name)));

    [Fact]
    public void A_list_asks_for_its_page()
    {
        Assert.Equal(
            "GET apis/example.io/v1/widgets?limit=500&resourceVersion=0&labelSelector=tier%3Dgold | application/json",
            Line(ApiRequests.List(
                Widget.Type, null, new ListQuery { Limit = 500, ResourceVersion = "0", LabelSelector = "tier=gold" })));
    }

    [Fact]
    public void A_continued_list_leaves_the_version_out()
    {
        Assert.Equal(
            "GET api/v1/namespaces/n/pods?limit=5&continue=abc%3D%3D | " + ContentTypes.PartialObjectList,
            Line(ApiRequests.List(
                Pods,
                "n",
                new ListQuery { Limit = 5, Continue = "abc==", ResourceVersion = "7" },
                metadataOnly: true)));
    }

    [Fact]
    public void A_watch_resumes_with_bookmarks()
    {
        Assert.Equal(
            "GET apis/example.io/v1/widgets?watch=true&allowWatchBookmarks=true&resourceVersion=42&timeoutSeconds=290"
            + " | application/json",
            Line(ApiRequests.Watch(
                Widget.Type, null, new WatchQuery { ResourceVersion = "42", Timeout = TimeSpan.FromSeconds(290) })));
    }

    [Fact]
    public void W10_initial_events_are_asked_for_with_the_match_they_need()
    {
        Assert.Equal(
            "GET apis/example.io/v1/widgets?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
            + "&resourceVersionMatch=NotOlderThan | " + ContentTypes.PartialObject,
            Line(ApiRequests.Watch(
                Widget.Type, null, new WatchQuery { SendInitialEvents = true }, metadataOnly: true)));
    }

    [Fact]
    public void Writes_carry_their_media_type()
    {
        var json = "{}"u8.ToArray();
        Assert.Equal("POST api/v1/namespaces/n/pods {} as application/json", Body(ApiRequests.Create(Pods, "n", json)));
        Assert.Equal(
            "PUT apis/example.io/v1/namespaces/team-a/widgets/acme/status {} as application/json",
            Body(ApiRequests.Replace(Widget.Type, Key, json, "status")));
        Assert.Equal(
            "PATCH apis/example.io/v1/namespaces/team-a/widgets/acme {} as application/merge-patch+json",
            Body(ApiRequests.MergePatch(Widget.Type, Key, json)));
        Assert.Equal(
            "PATCH apis/example.io/v1/namespaces/team-a/widgets/acme?fieldManager=me&force=true {}"
            + " as application/apply-patch+yaml",
            Body(ApiRequests.Apply(Widget.Type, Key, json, "me", force: true)));
        Assert.Equal(
            """DELETE api/v1/namespaces/n/pods/p {"kind":"DeleteOptions","apiVersion":"v1"} as application/json""",
            Body(ApiRequests.Delete(Pods, new ObjectKey("n", "p"))));
        Assert.Equal(
            """DELETE api/v1/namespaces/n/pods/p {"kind":"DeleteOptions","apiVersion":"v1","""
            + """
            "preconditions":{"uid":"u"}} as application/json
            """,
            Body(ApiRequests.Delete(Pods, new ObjectKey("n", "p"), new DeletePreconditions("u"))));
    }

    [Fact]
    public void A_writer_may_ask_for_metadata_alone()
    {
        Assert.Equal(
            "POST api/v1/namespaces/n/pods | " + ContentTypes.PartialObject,
            Line(ApiRequests.Create(Pods, "n", "{}"u8.ToArray(), metadataOnly: true)));
        Assert.Equal(
            "PUT apis/example.io/v1/namespaces/team-a/widgets/acme | " + ContentTypes.PartialObject,
            Line(ApiRequests.Replace(Widget.Type, Key, "{}"u8.ToArray(), metadataOnly: true)));
    }

    private static string Line(HttpRequestMessage request) =>
        $"{request.Method} {request.RequestUri} | "
        + $"{request.Headers.GetValues("Accept").Single().Replace("; ", ";", StringComparison.Ordinal)}";

    private static string Body(HttpRequestMessage request)
    {
        using var stream = request.Content!.ReadAsStream();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return $"{request.Method} {request.RequestUri} {Encoding.UTF8.GetString(copy.ToArray())}"
            + $" as {request.Content.Headers.ContentType}";
    }
}
