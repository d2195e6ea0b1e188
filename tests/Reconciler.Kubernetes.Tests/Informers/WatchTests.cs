using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Informers;
using Reconciler.TestKit.InMemory;

namespace Reconciler.Kubernetes.Tests.Informers;

public sealed class WatchTests
{
    [Fact]
    public void W1_a_watch_is_established_by_its_headers_even_without_objects_and_events() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            gadgets.Start();
            await world.SettleAsync();
            Assert.True(gadgets.Informer.IsSynced);
            Assert.Single(gadgets.Api.OpenStreams);
            Assert.Equal(TimeSpan.Zero, world.Clock.Elapsed);
        });

    [Fact]
    public void W2_two_silent_hours_with_a_bookmark_a_minute_need_no_reconnect() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        await gadgets.StartAsync();
        for (var minute = 0; minute < 120; minute++)
        {
            await world.AdvanceAsync(TimeSpan.FromMinutes(1));
            gadgets.Api.SendBookmarks();
        }

        Assert.Single(gadgets.Watches);
        Assert.Empty(gadgets.Informer.ReadStats().Reconnects);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void W3_a_half_open_watch_is_replaced_within_90_seconds_also_before_its_first_bookmark(bool isMarked) =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            if (isMarked)
            {
                gadgets.Api.SendBookmarks();
                await world.SettleAsync();
            }

            gadgets.Api.OpenStreams.Single().IsSilent = true;
            gadgets.Put("missed");
            await world.UntilAsync(
                () => gadgets.Find("missed") is not null, TimeSpan.FromSeconds(90), "the missed event");
            Assert.Equal(1, gadgets.Informer.ReadStats().Stalls);
            Assert.Single(gadgets.Lists);
        });

    [Fact]
    public void W3_a_server_without_bookmarks_is_doubted_once_and_then_judged_by_its_own_timeout() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            await world.AdvanceAsync(TimeSpan.FromSeconds(82));
            Assert.Equal(1, gadgets.Informer.ReadStats().Stalls);
            var patient = gadgets.Api.OpenStreams.Single();
            await world.AdvanceAsync(TimeSpan.FromSeconds(302));
            Assert.False(patient.IsDisposed);
            await world.AdvanceAsync(TimeSpan.FromSeconds(5));
            Assert.True(patient.IsDisposed);
            Assert.Equal(2, gadgets.Informer.ReadStats().Stalls);
        });

    [Fact]
    public void W3_a_watch_is_judged_by_the_bookmarks_of_the_one_before() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        await gadgets.StartAsync();
        await world.AdvanceAsync(TimeSpan.FromSeconds(82));
        gadgets.Api.SendBookmarks();
        await world.SettleAsync();
        gadgets.Api.EndWatches();
        await world.AdvanceAsync(TimeSpan.FromSeconds(10));
        gadgets.Api.OpenStreams.Single().IsSilent = true;
        gadgets.Put("missed");
        await world.UntilAsync(
            () => gadgets.Find("missed") is not null, TimeSpan.FromSeconds(90), "the missed event");
    });

    [Fact]
    public void W4_a_thousand_orderly_ends_resume_without_a_list_and_lose_nothing() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        await gadgets.StartAsync();
        for (var end = 0; end < 1000; end++)
        {
            await world.AdvanceAsync(TimeSpan.FromSeconds(60));
            gadgets.Api.EndWatches();
            gadgets.Put($"gadget-{end % 50}", end);
            await world.SettleAsync();
        }

        await world.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Single(gadgets.Lists);
        Assert.Equal(1001, gadgets.Watches.Count());
        Assert.Equal(1000, gadgets.Changes.Count);
        gadgets.AssertEqualsServer();

        // An orderly end is no transition: all that was ever said is that the watch began.
        Assert.Equal([1101], gadgets.Log.Lines.Select(line => line.Id));
    });

    [Fact]
    public void W5_a_server_that_closes_every_watch_at_once_is_asked_at_most_forty_times_in_ten_minutes() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            gadgets.Api.ClosesWatchesAtOnce = true;
            gadgets.Start();
            await world.AdvanceAsync(TimeSpan.FromMinutes(10));
            Assert.InRange(gadgets.Api.Requests.Count, 20, 40);
            Assert.Single(gadgets.Lists, list => list.IsList);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void W6_after_event_k_the_watch_resumes_from_the_version_of_event_k(int kill) =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            for (var step = 0; step < kill; step++)
            {
                if (step % 2 == 0)
                {
                    gadgets.Put($"gadget-{step}");
                }
                else
                {
                    gadgets.Api.Put("others.example.io", "ns", "other");
                    gadgets.Api.SendBookmarks();
                }
            }

            await world.SettleAsync();
            gadgets.Api.OpenStreams.Single().Break();
            await world.AdvanceAsync(TimeSpan.FromSeconds(5));
            Assert.Equal(gadgets.Api.Version.ToString(), gadgets.Watches.Last().Version);
        });

    [Theory]
    [InlineData(410, "Expired")]
    [InlineData(410, "Gone")]
    [InlineData(410, "")]
    [InlineData(500, "Expired")]
    [InlineData(504, "Timeout")]
    public void W7_an_http_refusal_that_means_expired_leads_to_a_list_and_never_to_the_same_version(
        int code, string reason) =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            var poisoned = gadgets.Api.Version.ToString();
            gadgets.Put("missed");
            gadgets.Api.Intercept = (seen, _, _) => Task.FromResult(seen.IsWatch && seen.Version == poisoned
                ? InMemoryApi.Status(code, reason, "Too large resource version: 9, current: 5")
                : null);
            gadgets.Api.OpenStreams.Single().Break();
            var before = gadgets.Api.Requests.Count;
            await world.AdvanceAsync(TimeSpan.FromMinutes(1));
            Assert.InRange(gadgets.Watches.Skip(1).Count(watch => watch.Version == poisoned), 0, 1);
            Assert.Equal(1, gadgets.Api.Requests.Skip(before).Count(request => request.IsList));
            gadgets.AssertEqualsServer();
        });

    [Theory]
    [InlineData("""{"code":410,"reason":"Expired","message":"too old resource version"}""")]
    [InlineData("""{"code":410,"reason":"Gone","message":"too old resource version"}""")]
    [InlineData("""{"reason":"Expired","message":"no code at all"}""")]
    [InlineData("""{"code":504,"reason":"Timeout","message":"Too large resource version: 9, current: 5"}""")]
    public void W7_an_error_event_that_means_expired_leads_to_a_list(string status) => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        await gadgets.StartAsync();
        gadgets.Api.OpenStreams.Single().IsSilent = false;
        gadgets.Api.PushLine($$"""{"type":"ERROR","object":{{status}}}""");
        await world.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, gadgets.Api.Requests.Count(request => request.IsList));
        Assert.Equal(1, gadgets.Informer.ReadStats().Lists["expired"]);
    });

    [Fact]
    public void W7_a_stream_that_expires_right_after_its_headers_is_listed_again() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        await gadgets.StartAsync();
        gadgets.Api.OpenStreams.Single().IsSilent = true;
        gadgets.Put("missed");
        gadgets.Api.ExpiresInStream = true;
        gadgets.Api.CompactedBelow = gadgets.Api.Version;
        gadgets.Api.OpenStreams.Single().Break();
        await world.AdvanceAsync(TimeSpan.FromSeconds(20));
        gadgets.AssertEqualsServer();
    });

    [Fact]
    public void W12_an_error_event_that_nobody_handles_surfaces_as_a_typed_fault_and_is_counted() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            using var watcher = new Watcher<Gadget>(
                gadgets.Client, new(Gadget.Type), GadgetJson.Default.Gadget,
                new() { StreamingList = false }, world.Clock);
            WatchEvent<Gadget> step = new WatchEvent<Gadget>.Init();
            while (step is not WatchEvent<Gadget>.Connected)
            {
                step = await watcher.StepAsync(CancellationToken.None);
            }

            gadgets.Api.PushLine(
                """{"type":"ERROR","object":{"code":500,"reason":"InternalError","message":"etcd"}}""");
            var fault = Assert.IsType<WatchEvent<Gadget>.Faulted>(await watcher.StepAsync(CancellationToken.None));
            Assert.Equal(500, Assert.IsType<KubernetesApiException>(fault.Cause).StatusCode);
            Assert.Equal(WatchPhase.Listed, watcher.State.Phase);
        });

    [Fact]
    public void W12_a_version_whose_stream_fails_three_times_is_suspect_and_listed_again() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            for (var failure = 0; failure < 3; failure++)
            {
                gadgets.Api.PushLine(
                    """{"type":"ERROR","object":{"code":500,"reason":"InternalError","message":"etcd"}}""");
                await world.AdvanceAsync(TimeSpan.FromSeconds(40));
            }

            Assert.Equal(1, gadgets.Informer.ReadStats().Lists["suspect"]);
        });
}
