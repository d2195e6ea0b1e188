using Reconciler.Kubernetes.Informers;
using Reconciler.TestKit.InMemory;

namespace Reconciler.Kubernetes.Tests.Informers;

public sealed class ListTests
{
    [Fact]
    public void W8_a_relist_yields_the_deletions_of_the_gap_with_their_last_known_state() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            for (var gadget = 0; gadget < 10; gadget++)
            {
                gadgets.Put($"gadget-{gadget}", gadget);
            }

            await gadgets.StartAsync();
            gadgets.Changes.Clear();
            gadgets.Api.OpenStreams.Single().IsSilent = true;
            gadgets.Remove("gadget-2");
            gadgets.Remove("gadget-5");
            gadgets.Remove("gadget-7");
            gadgets.Api.CompactedBelow = gadgets.Api.Version;
            gadgets.Api.OpenStreams.Single().Break();
            await world.AdvanceAsync(TimeSpan.FromSeconds(10));
            Assert.Equal([2, 5, 7], gadgets.Changes.Select(change => change.Old!.Spec!.Size));
            Assert.All(gadgets.Changes, change => Assert.Null(change.New));
            gadgets.AssertEqualsServer();
        });

    [Fact]
    public void W9_deletions_are_computed_after_the_last_page_only() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        Fill(gadgets, 2500);
        var expired = false;
        gadgets.Api.Intercept = (seen, _, _) =>
        {
            if (seen.IsList && !expired
                && (seen.Route.Query["continue"] ?? "").EndsWith("@1000", StringComparison.Ordinal))
            {
                expired = true;
                gadgets.Api.ExpireLists();
                gadgets.Remove("gadget-0001");
            }

            // What is visible while pages are still missing must not shrink.
            Assert.True(!seen.IsList || gadgets.Changes.Count == 0);
            return Task.FromResult<HttpResponseMessage?>(null);
        };
        gadgets.Start();
        await world.UntilAsync(() => gadgets.Informer.IsSynced, TimeSpan.FromMinutes(1), "synced");
        Assert.True(expired);
        Assert.Equal(2499, gadgets.Changes.Count);
        Assert.All(gadgets.Changes, change => Assert.NotNull(change.New));
        Assert.Equal(3 + 5, gadgets.Api.Requests.Count(request => request.IsList));
        await world.SettleAsync();
        gadgets.AssertEqualsServer();
    });

    [Fact]
    public void W9_the_watch_starts_at_the_version_of_the_first_page() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        Fill(gadgets, 1200);
        var first = gadgets.Api.Version.ToString();
        gadgets.Api.Intercept = (seen, _, _) =>
        {
            if (seen.IsList && seen.Route.Query["continue"] is not null)
            {
                gadgets.Put("gadget-0000", 7);
            }

            return Task.FromResult<HttpResponseMessage?>(null);
        };
        await gadgets.StartAsync();
        Assert.Equal(first, gadgets.Watches.First().Version);
        await world.SettleAsync();
        Assert.Equal(7, gadgets.Find("gadget-0000")!.Spec!.Size);
        gadgets.AssertEqualsServer();
    });

    [Fact]
    public void W9_a_page_that_fails_is_asked_for_again_and_not_the_whole_list() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        Fill(gadgets, 1200);
        var failures = 2;
        gadgets.Api.Intercept = (seen, _, _) => Task.FromResult(
            seen.IsList && seen.Route.Query["continue"] is not null && failures-- > 0
                ? InMemoryApi.Status(500, "InternalError", "etcdserver: request timed out")
                : null);
        await gadgets.StartAsync();
        Assert.Equal(3 + 2, gadgets.Api.Requests.Count(request => request.IsList));
        gadgets.AssertEqualsServer();
    });

    [Theory]
    [InlineData(StreamingListSupport.Offered, 0, 0)]
    [InlineData(StreamingListSupport.Refused, 1, 0)]
    [InlineData(StreamingListSupport.Ignored, 1, 5)]
    public void W10_the_state_is_streamed_where_offered_and_paged_where_refused_or_ignored(
        StreamingListSupport support, int lists, int seconds) => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        gadgets.Api.StreamingList = support;
        Fill(gadgets, 20);
        await gadgets.StartAsync();
        Assert.Equal(lists, gadgets.Api.Requests.Count(request => request.IsList));
        Assert.Equal(TimeSpan.FromSeconds(seconds), world.Clock.Elapsed);
        gadgets.AssertEqualsServer();
        gadgets.Put("later");
        await world.SettleAsync();
        gadgets.AssertEqualsServer();

        // The answer is remembered: the next list does not ask in vain.
        gadgets.Api.PushLine("""{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"old"}}""");
        await world.AdvanceAsync(TimeSpan.FromSeconds(3));
        var asked = gadgets.Api.Requests.Count(request => request.Route.Query["sendInitialEvents"] == "true");
        Assert.Equal(support == StreamingListSupport.Offered ? 2 : 1, asked);
        gadgets.AssertEqualsServer();
    });

    [Fact]
    public void W10_a_streamed_list_that_is_cut_twice_falls_back_to_pages_and_shows_nothing_half() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            gadgets.Api.StreamingList = StreamingListSupport.Ignored;
            gadgets.Api.ClosesWatchesAtOnce = true;
            Fill(gadgets, 20);
            gadgets.Start();
            await world.SettleAsync();
            Assert.Empty(gadgets.Changes);
            await world.UntilAsync(() => gadgets.Informer.IsSynced, TimeSpan.FromSeconds(10), "synced");
            gadgets.AssertEqualsServer();
        });

    [Fact]
    public void A_continue_token_that_leads_to_itself_is_a_fault_and_not_an_endless_list() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            gadgets.Api.Intercept = (seen, _, _) => Task.FromResult(seen.IsList
                ? new HttpResponseMessage
                {
                    Content = new StringContent(
                        """{"metadata":{"resourceVersion":"5","continue":"again"},"items":[]}"""),
                }
                : null);
            gadgets.Start();
            await world.AdvanceAsync(TimeSpan.FromMinutes(5));
            Assert.InRange(gadgets.Api.Requests.Count(request => request.IsList), 2, 50);
            Assert.False(gadgets.Informer.IsSynced);
        });

    [Fact]
    public void Metadata_only_asks_for_partial_objects_everywhere() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world, target: new WatchTarget(Gadget.Type) { MetadataOnly = true });
        var accepts = new List<string>();
        gadgets.Api.Intercept = (_, request, _) =>
        {
            accepts.Add(request.Headers.Accept.ToString());
            return Task.FromResult<HttpResponseMessage?>(null);
        };
        gadgets.Api.StreamingList = StreamingListSupport.Refused;
        await gadgets.StartAsync();
        Assert.All(accepts, accept => Assert.Contains("as=PartialObjectMetadata", accept, StringComparison.Ordinal));
    });

    private static void Fill(GadgetWorld gadgets, int count)
    {
        for (var gadget = 0; gadget < count; gadget++)
        {
            gadgets.Put($"gadget-{gadget:0000}", gadget);
        }
    }
}
