using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests.Client;

public sealed class ConversationTests
{
    private static readonly FakeFault.Refuse Throttled = new(429, "TooManyRequests", "apf", RetryAfter: "7");

    [Fact]
    public async Task H8_a_throttled_get_waits_as_long_as_it_is_told()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Widgets.Put("w");
        api.Server.Fail(request => true, Throttled);
        var armed = api.Time.WhenArmedAsync(TimeSpan.FromSeconds(7));
        var get = api.GetAsync("w");
        await armed;
        Assert.Equal(1, api.Sent("GET"));
        api.Time.Advance(TimeSpan.FromSeconds(7));
        await get;
        Assert.Equal(2, api.Sent("GET"));
    }

    [Fact]
    public async Task H8_a_date_is_understood_as_well()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Widgets.Put("w");
        var date = api.Time.GetUtcNow().AddSeconds(5).ToString("R");
        api.Server.Fail(request => true, Throttled with { Code = 503, RetryAfter = date });
        var armed = api.Time.WhenArmedAsync(TimeSpan.FromSeconds(5));
        var get = api.GetAsync("w");
        await armed;
        api.Time.Advance(TimeSpan.FromSeconds(5));
        await get;
    }

    [Fact]
    public async Task H8_a_long_wait_is_handed_to_the_caller()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Server.Fail(request => true, Throttled with { RetryAfter = "120" });
        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(() => api.GetAsync("w"));
        Assert.Equal(429, refusal.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(2), refusal.RetryAfter);
        Assert.Equal(1, api.Sent("GET"));
    }

    [Fact]
    public async Task H8_throttling_that_does_not_end_surfaces()
    {
        await using var api = await ApiFixture.StartAsync(options: new KubernetesClientOptions { GetAttemptsMax = 3 });
        api.Server.Fail(request => true, Throttled with { RetryAfter = "0" }, times: 100);
        await Assert.ThrowsAsync<KubernetesApiException>(() => api.GetAsync("w"));
        Assert.Equal(3, api.Sent("GET"));
    }

    [Theory]
    [InlineData(429, "TooManyRequests")]
    [InlineData(409, "Conflict")]
    [InlineData(500, "InternalError")]
    [InlineData(503, "ServiceUnavailable")]
    public async Task H8_H11_a_refused_write_surfaces_and_is_not_sent_again(int code, string reason)
    {
        await using var api = await ApiFixture.StartAsync();
        api.Server.Fail(request => request.IsWrite, new FakeFault.Refuse(code, reason, RetryAfter: "1"));
        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(() => api.CreateAsync("w"));
        Assert.Equal((code, reason), (refusal.StatusCode, refusal.Reason));
        Assert.Equal(1, api.Sent("POST"));
    }

    [Fact]
    public async Task H8_a_watch_that_is_throttled_surfaces_with_its_wait()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Server.Fail(request => request.IsWatch, Throttled);
        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(() => api.WatchAsync("1"));
        Assert.Equal(TimeSpan.FromSeconds(7), refusal.RetryAfter);
    }

    [Fact]
    public async Task H8_requests_name_their_agent_and_writes_their_field_manager()
    {
        await using var api = await ApiFixture.StartAsync(
            options: new KubernetesClientOptions { UserAgent = "reconciler/1.2 (test)", FieldManager = "rec one" });
        await api.CreateAsync("w");
        await api.GetAsync("w");
        await api.Client.SendAsync(
            ApiRequests.Apply(
                Widget.Type, new ObjectKey("default", "w"), """{"spec":{"size":1}}"""u8.ToArray(), "other"),
            default);

        Assert.All(api.Server.Requests, request => Assert.Equal("reconciler/1.2 (test)", request.Header("User-Agent")));
        Assert.Equal(
            ["rec one", null, "other"], api.Server.Requests.Select(request => request.QueryValue("fieldManager")));
    }

    [Fact]
    public async Task A_server_below_a_path_is_reached_there()
    {
        await using var api = await ApiFixture.StartAsync();
        using var client = new KubernetesClient(
            new HttpMessageInvoker(new SocketsHttpHandler()),
            new Uri(api.Server.Address, "/k8s/clusters/c-1"),
            AnonymousCredential.Instance,
            new KubernetesClientOptions(),
            api.Time);
        await Assert.ThrowsAsync<KubernetesApiException>(
            () => client.SendAsync(ApiRequests.Get(Widget.Type, new ObjectKey("a", "b")), default));
        Assert.Equal(
            "k8s/clusters/c-1/apis/example.io/v1/namespaces/a/widgets/b", Assert.Single(api.Server.Requests).Path);
    }

    [Fact]
    public async Task W1_a_watch_is_open_when_its_headers_have_arrived()
    {
        await using var api = await ApiFixture.StartAsync();
        using var stream = await api.WatchAsync(api.Server.ResourceVersion);
        Assert.Equal(api.Time.GetTimestamp(), stream.LastByteTimestamp);
    }

    [Fact]
    public async Task W2_a_stream_outlives_the_request_timeout()
    {
        await using var api = await ApiFixture.StartAsync();
        using var stream = await api.WatchAsync(api.Server.ResourceVersion);
        await api.Server.WhenWatchingAsync();
        for (var minute = 0; minute < 120; minute++)
        {
            api.Time.Advance(TimeSpan.FromMinutes(1));
            api.Server.SendBookmarks();
            Assert.IsType<WatchLine<Widget>.Bookmark>(await FakeApiServerTests.NextAsync(stream));
            Assert.Equal(api.Time.GetTimestamp(), stream.LastByteTimestamp);
        }
    }

    [Fact]
    public async Task W11_a_giant_line_is_told_and_the_stream_goes_on()
    {
        await using var api = await ApiFixture.StartAsync(options: new KubernetesClientOptions { LineBytesMax = 1000 });
        using var stream = await api.WatchAsync(api.Server.ResourceVersion);
        await api.Server.WhenWatchingAsync();
        var watch = Assert.Single(api.Server.Watches);
        const string Start = """{"type":"ADDED","object":{"metadata":{"name":"big"},"spec":{"text":" """;
        watch.SendRaw(Start + new string('x', 3_000_000) + "\"}}}\n");
        watch.SendBookmark("77");

        var giant = await stream.ReadLineAsync(default);
        Assert.Equal((StreamLineKind.TooLong, 1000), (giant.Kind, giant.Bytes.Length));
        Assert.IsType<WatchLine<Widget>.Bookmark>(await FakeApiServerTests.NextAsync(stream));
    }

    [Fact]
    public async Task A_character_cut_by_a_chunk_arrives_whole()
    {
        await using var api = await ApiFixture.StartAsync();
        using var stream = await api.WatchAsync(api.Server.ResourceVersion);
        await api.Server.WhenWatchingAsync();
        var bytes = System.Text.Encoding.UTF8.GetBytes(
            """{"type":"ADDED","object":{"metadata":{"name":"é€😀"}}}""" + "\n");
        Array.ForEach(bytes, part => api.Server.Watches[0].SendRaw([part]));

        var added = Assert.IsType<WatchLine<Widget>.Applied>(await FakeApiServerTests.NextAsync(stream));
        Assert.Equal("é€😀", added.Object.Metadata.Name);
    }
}
