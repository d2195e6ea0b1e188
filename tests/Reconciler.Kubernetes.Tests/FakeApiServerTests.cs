using System.Text;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests;

/// <summary>What the fake promises to the tests built on it.</summary>
public sealed class FakeApiServerTests
{
    [Fact]
    public async Task Pages_of_one_list_show_one_moment()
    {
        await using var api = await ApiFixture.StartAsync();
        Fill(api, 7);
        var first = await api.ListAsync(new ListQuery { Limit = 3 });
        api.Widgets.Remove("w6");
        var second = await api.ListAsync(new ListQuery { Limit = 3, Continue = first.Continue });
        var third = await api.ListAsync(new ListQuery { Limit = 3, Continue = second.Continue });

        Assert.Equal(["w0", "w1", "w2"], first.Items.Select(item => item.Metadata.Name));
        Assert.Equal(4, first.RemainingItemCount);
        Assert.Equal(["w6"], third.Items.Select(item => item.Metadata.Name));
        Assert.Null(third.Continue);
        Assert.Equal(first.ResourceVersion, third.ResourceVersion);
    }

    [Fact]
    public async Task A_continue_token_expires_with_the_history()
    {
        await using var api = await ApiFixture.StartAsync();
        Fill(api, 4);
        var first = await api.ListAsync(new ListQuery { Limit = 2 });
        api.Server.Compact();

        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(
            () => api.ListAsync(new ListQuery { Limit = 2, Continue = first.Continue }));
        Assert.True(refusal.IsGone);
        Assert.Equal("Expired", refusal.Reason);
    }

    [Fact]
    public async Task A_watch_replays_what_came_after_its_version_and_goes_on()
    {
        await using var api = await ApiFixture.StartAsync();
        Fill(api, 1);
        var since = api.Server.ResourceVersion;
        api.Widgets.Remove("w0");
        using var stream = await api.WatchAsync(since);
        await api.Server.WhenWatchingAsync();
        api.Widgets.Put("w1");
        api.Server.SendBookmarks();
        api.Server.EndWatches();

        Assert.IsType<WatchLine<Widget>.Deleted>(await NextAsync(stream));
        Assert.Equal("w1", Assert.IsType<WatchLine<Widget>.Applied>(await NextAsync(stream)).Object.Metadata.Name);
        var bookmark = Assert.IsType<WatchLine<Widget>.Bookmark>(await NextAsync(stream));
        Assert.Equal(api.Server.ResourceVersion, bookmark.ResourceVersion);
        Assert.Equal(StreamLineKind.End, (await stream.ReadLineAsync(default)).Kind);
    }

    [Fact]
    public async Task Initial_events_end_with_their_bookmark()
    {
        await using var api = await ApiFixture.StartAsync();
        Fill(api, 2);
        using var stream = await api.Client.OpenAsync(
            ApiRequests.Watch(Widget.Type, null, new WatchQuery { SendInitialEvents = true }), default);

        Assert.IsType<WatchLine<Widget>.Applied>(await NextAsync(stream));
        Assert.IsType<WatchLine<Widget>.Applied>(await NextAsync(stream));
        Assert.True(Assert.IsType<WatchLine<Widget>.Bookmark>(await NextAsync(stream)).EndsInitialEvents);
    }

    [Theory]
    [InlineData(GoneForm.ErrorEventExpired)]
    [InlineData(GoneForm.ErrorEventGone)]
    [InlineData(GoneForm.HttpExpired)]
    [InlineData(GoneForm.HttpGone)]
    public async Task A_version_from_before_a_compaction_is_gone_in_every_form(GoneForm form)
    {
        await using var api = await ApiFixture.StartAsync(server: new FakeApiServerOptions { Gone = form });
        var old = api.Server.ResourceVersion;
        api.Server.Compact();

        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(async () =>
        {
            using var stream = await api.WatchAsync(old);
            throw Assert.IsType<WatchLine<Widget>.Failed>(await NextAsync(stream)).ToException();
        });
        Assert.True(refusal.IsGone);
    }

    [Fact]
    public async Task A_version_from_the_future_is_too_large()
    {
        await using var api = await ApiFixture.StartAsync();
        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(() => api.WatchAsync("999999"));
        Assert.True(refusal.IsTooLargeResourceVersion);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_is_no_event()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Widgets.Put("w", spec: new JsonObject { ["size"] = 1 });
        var before = api.Server.ResourceVersion;
        api.Widgets.Put("w", spec: new JsonObject { ["size"] = 1 });
        Assert.Equal(before, api.Server.ResourceVersion);
        api.Widgets.Put("w", spec: new JsonObject { ["size"] = 2 });
        Assert.Equal(2, (await api.GetAsync("w")).Metadata.Generation);
    }

    [Fact]
    public async Task An_absent_type_is_not_found()
    {
        await using var api = await ApiFixture.StartAsync();
        api.Widgets.IsServed = false;
        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(() => api.ListAsync());
        Assert.True(refusal.IsNotFound);
    }

    internal static async Task<WatchLine<Widget>> NextAsync(ApiStream stream)
    {
        var line = await stream.ReadLineAsync(default);
        Assert.True(line.Kind == StreamLineKind.Line, $"{line.Kind}: {Encoding.UTF8.GetString(line.Bytes.Span)}");
        return WatchLine<Widget>.Decode(line.Bytes.Span, ApiFixture.WidgetJson);
    }

    private static void Fill(ApiFixture api, int count)
    {
        for (var index = 0; index < count; index++)
        {
            api.Widgets.Put($"w{index}", spec: new JsonObject { ["size"] = index });
        }
    }
}
