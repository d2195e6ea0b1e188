using System.Text.Json;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Informers;
using Reconciler.Kubernetes.Queues;
using Reconciler.TestKit.InMemory;

namespace Reconciler.Kubernetes.Tests.Informers;

public sealed class ConsistencyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void W16_after_a_write_of_ours_the_cache_never_shows_an_older_version(int seed) =>
        VirtualTime.Run(async world =>
        {
            var random = new Random(seed);
            await using var gadgets = new GadgetWorld(world);
            gadgets.Api.WatchLag = TimeSpan.FromSeconds(5);
            await gadgets.StartAsync();
            var floor = new Dictionary<string, long>();
            for (var step = 0; step < 5_000; step++)
            {
                var name = $"gadget-{random.Next(8)}";
                switch (random.Next(12))
                {
                    case < 4:
                        var written = Decode(gadgets.Put(name, step));
                        gadgets.Informer.ObserveWrite(written);
                        floor[name] = long.Parse(written.Metadata.ResourceVersion);
                        break;
                    case < 7:
                        gadgets.Put(name, step);
                        break;
                    case 7:
                        gadgets.Remove(name);
                        floor.Remove(name);
                        break;
                    case 8:
                        gadgets.Api.OpenStreams.FirstOrDefault()?.Break();
                        break;
                    default:
                        await world.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(3000)));
                        break;
                }

                foreach (var (written, version) in floor)
                {
                    var shown = gadgets.Find(written);
                    Assert.True(
                        shown is not null && long.Parse(shown.Metadata.ResourceVersion) >= version,
                        $"seed {seed} step {step}: {written} shows {shown?.Metadata.ResourceVersion}, "
                        + $"written {version}");
                }
            }

            await world.AdvanceAsync(TimeSpan.FromMinutes(10));
            gadgets.AssertEqualsServer();
        });

    [Fact]
    public void W16_an_answer_that_comes_after_the_deletion_does_not_bring_the_object_back() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            var late = Decode(gadgets.Put("gadget"));
            gadgets.Remove("gadget");
            await world.SettleAsync();
            gadgets.Informer.ObserveWrite(late);
            Assert.Null(gadgets.Find("gadget"));
        });

    [Fact]
    public void W16_an_edit_that_only_our_own_answer_has_brought_is_told_to_handlers() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        gadgets.Put("gadget", 1);
        gadgets.Api.WatchLag = TimeSpan.FromSeconds(5);
        await gadgets.StartAsync();
        gadgets.Changes.Clear();
        gadgets.Put("gadget", 2);
        gadgets.Informer.ObserveWrite(Decode(gadgets.Put("gadget", 2)));
        await world.AdvanceAsync(TimeSpan.FromSeconds(10));
        var change = Assert.Single(gadgets.Changes);
        Assert.Equal((1, 2), (change.Old!.Spec!.Size, change.New!.Spec!.Size));
    });

    [Theory]
    [InlineData("9", "10", -1)]
    [InlineData("10", "9", 1)]
    [InlineData("18446744073709551616", "18446744073709551615", 1)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "10", null)]
    [InlineData("", "10", null)]
    [InlineData("010", "9", null)]
    public void W16_versions_are_ordered_only_where_both_are_numbers(string left, string right, int? order)
    {
        var actual = ResourceVersionOrder.Compare(left, right);
        Assert.Equal(order, actual is { } present ? Math.Sign(present) : null);
    }

    [Fact]
    public void W17_a_pass_that_fails_six_times_is_made_again_without_any_change_of_the_object() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            using var queue = new WorkQueue<ObjectKey>(new(), world.Clock, () => 0.5);
            gadgets.Informer.OnChange(change => queue.Add(change.Key));
            var passes = 0;
            var reconciled = 0;
            async Task WorkAsync()
            {
                while (await queue.TakeAsync(CancellationToken.None) is { } ticket)
                {
                    if (++passes <= 6)
                    {
                        queue.Retry(ticket.Key);
                    }
                    else
                    {
                        reconciled++;
                        queue.Forget(ticket.Key);
                    }

                    queue.Done(ticket.Key);
                }
            }

            var worker = WorkAsync();
            await gadgets.StartAsync();
            gadgets.Put("gadget");
            await world.AdvanceAsync(TimeSpan.FromHours(2));
            Assert.Equal((7, 1), (passes, reconciled));
            await queue.ShutDownAsync();
            await worker;
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void W18_after_thousands_of_random_disconnects_cache_and_handlers_agree_with_the_server(int seed) =>
        VirtualTime.Run(async world =>
        {
            var random = new Random(seed);
            await using var gadgets = new GadgetWorld(world);
            gadgets.Api.StreamingList = (StreamingListSupport)random.Next(3);
            var view = new Dictionary<string, string>();
            gadgets.Informer.OnChange(change =>
            {
                // No effect twice and none skipped: each change starts from where the last one ended.
                Assert.Equal(view.GetValueOrDefault(change.Key.Name), change.Old?.Metadata.ResourceVersion);
                _ = change.New is null
                    ? view.Remove(change.Key.Name)
                    : (view[change.Key.Name] = change.New.Metadata.ResourceVersion) is null;
            });
            gadgets.Start();
            for (var step = 0; step < 4_000; step++)
            {
                Disturb(gadgets, random, step);
                await world.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(4) == 0 ? random.Next(40_000) : 0));
            }

            gadgets.Api.IsDown = false;
            gadgets.Api.ClosesWatchesAtOnce = false;
            await world.AdvanceAsync(TimeSpan.FromMinutes(20));
            Assert.InRange(gadgets.Informer.ReadStats().Reconnects.Values.Sum(), 850, long.MaxValue);
            gadgets.AssertEqualsServer();
            Assert.Equal(
                gadgets.Informer.Cache.List().Select(item => (item.Metadata.Name, item.Metadata.ResourceVersion)),
                view.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value)));
            Assert.Equal(0, gadgets.Informer.ReadStats().HandlerFailures);
        });

    private static void Disturb(GadgetWorld gadgets, Random random, int step)
    {
        var stream = gadgets.Api.OpenStreams.FirstOrDefault();
        switch (random.Next(16))
        {
            case < 5:
                gadgets.Put($"gadget-{random.Next(20)}", step);
                break;
            case 5:
                gadgets.Remove($"gadget-{random.Next(20)}");
                break;
            case < 8:
                stream?.Break();
                break;
            case < 10:
                stream?.End();
                break;
            case 10:
                gadgets.Api.SendBookmarks();
                break;
            case 11 when stream is not null:
                stream.IsSilent = true;
                break;
            case 12:
                gadgets.Api.CompactedBelow = gadgets.Api.Version;
                gadgets.Api.ExpiresInStream = random.Next(2) == 0;
                break;
            case 13:
                gadgets.Api.ExpireLists();
                break;
            case 14:
                gadgets.Api.IsDown = random.Next(3) == 0;
                gadgets.Api.ClosesWatchesAtOnce = random.Next(4) == 0;
                break;
            default:
                gadgets.Api.PushLine("""{"type":"MODIFIED","object":{"metadata":""");
                break;
        }
    }

    private static Gadget Decode(System.Text.Json.Nodes.JsonObject json) =>
        JsonSerializer.Deserialize(json.ToJsonString(), GadgetJson.Default.Gadget)!;
}
