using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Informers;
using Reconciler.TestKit.InMemory;

namespace Reconciler.Kubernetes.Tests.Informers;

public sealed class FaultTests
{
    [Fact]
    public void W11_an_event_of_a_wrong_shape_is_counted_and_its_object_fetched() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        gadgets.Put("good");
        await gadgets.StartAsync();
        gadgets.Api.OpenStreams.Single().IsSilent = true;
        gadgets.Put("bad", 3);
        var version = (string)gadgets.Api.Find(Gadget.Resource, "ns", "bad")!["metadata"]!["resourceVersion"]!;
        gadgets.Api.OpenStreams.Single().IsSilent = false;
        gadgets.Api.PushLine(
            """{"type":"ADDED","object":{"metadata":"""
            + $$$"""{"name":"bad","namespace":"ns","resourceVersion":"{{{version}}}"},"spec":0}}""");
        gadgets.Put("next");
        await world.SettleAsync();
        Assert.Equal(3, gadgets.Find("bad")!.Spec!.Size);
        Assert.NotNull(gadgets.Find("next"));
        Assert.Equal(1, gadgets.Informer.ReadStats().Broken);
        Assert.Contains("ns/bad", Assert.Single(gadgets.Log.TextsOf(1104)), StringComparison.Ordinal);
        Assert.Equal(1, gadgets.Api.Requests.Count(request => request.Route.Name == "bad"));
        Assert.Single(gadgets.Watches);
    });

    [Fact]
    public void W11_an_object_that_stays_undecodable_keeps_its_last_known_state_until_it_is_repaired() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            gadgets.Put("gadget", 1);
            await gadgets.StartAsync();
            gadgets.Api.Put(Gadget.Resource, "ns", "gadget", new JsonObject { ["spec"] = "wrong" });
            await world.AdvanceAsync(TimeSpan.FromHours(1));
            Assert.Equal(1, gadgets.Find("gadget")!.Spec!.Size);
            Assert.InRange(gadgets.Api.Requests.Count(request => request.Route.Name == "gadget"), 3, 30);

            // Not even a list takes it away: it is there, only its state is unknown.
            gadgets.Api.PushLine("""{"type":"ERROR","object":{"code":410,"message":"old"}}""");
            await world.AdvanceAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(1, gadgets.Find("gadget")!.Spec!.Size);
            Assert.Single(gadgets.Log.TextsOf(1104));
            gadgets.Put("gadget", 2);
            await world.SettleAsync();
            Assert.Equal(2, gadgets.Find("gadget")!.Spec!.Size);

            // Broken anew after a repair is news again.
            gadgets.Api.Put(Gadget.Resource, "ns", "gadget", new JsonObject { ["spec"] = "wrong" });
            await world.AdvanceAsync(TimeSpan.FromHours(1));
            Assert.Equal(2, gadgets.Log.TextsOf(1104).Count);
        });

    [Fact]
    public void W11_an_undecodable_deletion_is_found_by_the_fetch() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        gadgets.Api.Put(Gadget.Resource, "ns", "gadget", new JsonObject { ["spec"] = new JsonObject { ["size"] = 1 } });
        await gadgets.StartAsync();
        gadgets.Api.Put(Gadget.Resource, "ns", "gadget", new JsonObject { ["spec"] = "wrong" });
        gadgets.Remove("gadget");
        await world.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Null(gadgets.Find("gadget"));
        Assert.Null(gadgets.Changes[^1].New);
    });

    [Fact]
    public void W11_half_a_line_is_read_again_and_if_it_comes_again_the_objects_are_listed() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            for (var time = 0; time < 3; time++)
            {
                gadgets.Api.PushLine("{");
                await world.AdvanceAsync(TimeSpan.FromSeconds(30));
            }

            Assert.Equal(2, gadgets.Api.Requests.Count(request => request.IsList));
            Assert.Equal(3, gadgets.Informer.ReadStats().Broken);
        });

    [Fact]
    public void W11_a_line_of_3_MB_is_an_event_like_any_other_and_a_longer_one_is_fetched() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            await gadgets.StartAsync();
            var big = new string('x', 3_000_000);
            gadgets.Put("big", 1, owner: big);
            await world.SettleAsync();
            Assert.Equal(big.Length, gadgets.Find("big")!.Spec!.Owner!.Length);
            gadgets.Api.Put(Gadget.Resource, "ns", "huge", new JsonObject
            {
                ["metadata"] = new JsonObject(),
                ["spec"] = new JsonObject { ["size"] = 9, ["owner"] = big + big },
            });
            gadgets.Put("next");
            await world.AdvanceAsync(TimeSpan.FromSeconds(5));
            Assert.Equal(9, gadgets.Find("huge")!.Spec!.Size);
            Assert.NotNull(gadgets.Find("next"));
            Assert.Single(gadgets.Lists, list => list.IsList);
        });

    [Fact]
    public void W13_a_handler_that_always_throws_never_ends_the_watch_and_is_called_again_with_backoff() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            var calls = 0;
            var heals = false;
            ObjectChange<Gadget>? last = null;
            gadgets.Informer.OnChange(change =>
            {
                calls++;
                last = change;
                _ = heals ? 0 : throw new InvalidOperationException("broken handler");
            });
            await gadgets.StartAsync();
            gadgets.Put("gadget", 1);
            await world.AdvanceAsync(TimeSpan.FromHours(2));
            gadgets.Put("gadget", 2);
            await world.SettleAsync();
            Assert.InRange(calls, 8, 60);
            Assert.Equal(2, gadgets.Find("gadget")!.Spec!.Size);
            Assert.Equal(2, gadgets.Changes.Count);
            heals = true;
            await world.AdvanceAsync(TimeSpan.FromMinutes(15));
            Assert.Null(last!.Old);
            Assert.Equal(2, last.New!.Spec!.Size);
            var healed = calls;
            await world.AdvanceAsync(TimeSpan.FromHours(1));
            Assert.Equal(healed, calls);
        });

    [Fact]
    public void W13_an_object_that_came_and_went_while_its_handler_failed_is_not_announced_any_more() =>
        VirtualTime.Run(async world =>
        {
            await using var gadgets = new GadgetWorld(world);
            var heals = false;
            var heard = new List<ObjectChange<Gadget>>();
            gadgets.Informer.OnChange(change =>
            {
                _ = heals ? 0 : throw new InvalidOperationException("broken handler");
                heard.Add(change);
            });
            await gadgets.StartAsync();
            gadgets.Put("gadget");
            await world.SettleAsync();
            heals = true;
            gadgets.Remove("gadget");
            await world.AdvanceAsync(TimeSpan.FromHours(1));
            Assert.Empty(heard);
        });

    [Fact]
    public void W14_a_server_that_comes_up_a_minute_late_is_found() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        gadgets.Put("gadget");
        gadgets.Api.IsDown = true;
        gadgets.Start();
        await world.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.False(gadgets.Informer.IsSynced);
        Assert.True(gadgets.Informer.ReadStats().ProgressAge >= TimeSpan.FromSeconds(60));
        Assert.Equal(TimeSpan.Zero, gadgets.Informer.ReadStats().Overdue);
        gadgets.Api.IsDown = false;
        await world.AdvanceAsync(TimeSpan.FromSeconds(31));
        Assert.True(gadgets.Informer.IsSynced);
        gadgets.AssertEqualsServer();
    });

    [Fact]
    public void W15_a_type_that_is_not_installed_or_deleted_is_waited_for() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        gadgets.Api.Unserve(Gadget.Resource);
        gadgets.Start();
        await world.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.InRange(gadgets.Api.Requests.Count, 5, 50);
        Assert.Single(gadgets.Log.TextsOf(1102));
        gadgets.Api.Serve(Gadget.Resource);
        gadgets.Put("first");
        await world.AdvanceAsync(TimeSpan.FromSeconds(31));
        gadgets.AssertEqualsServer();

        gadgets.Api.Unserve(Gadget.Resource);
        await world.AdvanceAsync(TimeSpan.FromMinutes(5));
        gadgets.Api.Serve(Gadget.Resource);
        gadgets.Put("second");
        await world.AdvanceAsync(TimeSpan.FromSeconds(31));
        gadgets.AssertEqualsServer();
        Assert.Contains(gadgets.Changes, change => change.Key.Name == "first" && change.New is null);
    });

    [Fact]
    public void A_throttled_watch_waits_as_long_as_the_server_asks() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        gadgets.Api.Intercept = (seen, _, _) =>
        {
            var answer = InMemoryApi.Status(429, "TooManyRequests", "wait");
            answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(120));
            return Task.FromResult<HttpResponseMessage?>(answer);
        };
        gadgets.Start();
        await world.AdvanceAsync(TimeSpan.FromSeconds(119));
        Assert.Single(gadgets.Api.Requests);
    });

    [Fact]
    public void A_frozen_loop_is_overdue() => VirtualTime.Run(async world =>
    {
        await using var gadgets = new GadgetWorld(world);
        await gadgets.StartAsync();
        var meter = new InformerMeter(world.Clock);
        meter.Promise(TimeSpan.FromSeconds(80));
        await world.AdvanceAsync(TimeSpan.FromSeconds(79));
        Assert.Equal(TimeSpan.Zero, meter.Read(0, isSynced: true).Overdue);
        await world.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(TimeSpan.FromSeconds(10), meter.Read(0, isSynced: true).Overdue);
    });
}
