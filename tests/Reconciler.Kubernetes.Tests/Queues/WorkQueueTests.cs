using System.Diagnostics;
using Reconciler.Kubernetes.Queues;
using Reconciler.TestKit;

namespace Reconciler.Kubernetes.Tests.Queues;

public sealed class WorkQueueTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_edit_that_joins_a_wake_up_by_time_is_named_as_its_cause()
    {
        using var queue = New(new ManualTimeProvider());
        queue.Add("ready");
        queue.Add("running");
        var running = (await queue.TakeAsync(None))!.Value;
        Assert.Equal("ready", running.Key);
        queue.Add(running.Key);
        using var edit = new Activity("edit").Start();

        queue.Add("ready");
        queue.Add("running");
        edit.Stop();
        queue.Done(running.Key);

        Assert.Equal(default, running.Cause);
        Assert.All(
            [await queue.TakeAsync(None), await queue.TakeAsync(None)],
            ticket => Assert.Equal(edit.Context, ticket!.Value.Cause));
    }

    [Fact]
    public void Q1_a_million_adds_of_a_thousand_keys_are_a_thousand_places()
    {
        using var queue = New(new ManualTimeProvider());
        for (var add = 0; add < 1_000_000; add++)
        {
            queue.Add($"key-{add % 1000}");
        }

        var stats = queue.ReadStats();
        Assert.Equal(1000, stats.Depth);
        Assert.Equal(1000, stats.Adds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Q2_a_key_is_never_worked_on_twice_at_once_and_an_add_in_between_runs_it_once_more(int seed) =>
        VirtualTime.Run(async world =>
        {
            using var queue = New(world.Clock);
            var random = new Random(seed);
            var versions = new int[10];
            var seen = new int[10];
            var running = new HashSet<int>();
            async Task WorkAsync()
            {
                while (await queue.TakeAsync(None) is { } ticket)
                {
                    var key = int.Parse(ticket.Key);
                    Assert.True(running.Add(key), $"seed {seed}: key {key} runs twice at once");
                    var version = versions[key];
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 50)), world.Clock, None);
                    seen[key] = version;
                    running.Remove(key);
                    queue.Done(ticket.Key);
                }
            }

            var workers = Enumerable.Range(0, 4).Select(_ => WorkAsync()).ToArray();
            for (var step = 0; step < 3000; step++)
            {
                var key = random.Next(10);
                versions[key]++;
                queue.Add(key.ToString());
                await world.AdvanceAsync(TimeSpan.FromMilliseconds(random.Next(0, 10)));
            }

            await world.AdvanceAsync(TimeSpan.FromSeconds(5));
            Assert.Equal(versions, seen);
            await queue.ShutDownAsync();
            await Task.WhenAll(workers);
        });

    [Fact]
    public void Q2_ten_adds_while_the_work_runs_are_one_more_run() => VirtualTime.Run(async world =>
    {
        using var queue = New(world.Clock);
        queue.Add("a");
        await queue.TakeAsync(None);
        for (var add = 0; add < 10; add++)
        {
            queue.Add("a");
        }

        Assert.Equal(0, queue.ReadStats().Depth);
        queue.Done("a");
        Assert.Equal(1, queue.ReadStats().Depth);
        await queue.TakeAsync(None);
        queue.Done("a");
        Assert.Equal(0, queue.ReadStats().Depth);
    });

    [Fact]
    public void Q3_a_requeue_every_five_seconds_makes_17280_passes_in_a_day_whatever_else_is_added() =>
        VirtualTime.Run(async world =>
        {
            using var queue = New(world.Clock);
            var passes = 0;
            async Task WorkAsync()
            {
                while (await queue.TakeAsync(None) is { } ticket)
                {
                    passes++;
                    // The later wake-ups stand for a resync and a status write's echo: the earliest one wins.
                    queue.AddAfter(ticket.Key, TimeSpan.FromMinutes(5));
                    queue.AddAfter(ticket.Key, TimeSpan.FromSeconds(5));
                    queue.AddAfter(ticket.Key, TimeSpan.FromMinutes(9));
                    queue.Done(ticket.Key);
                }
            }

            var worker = WorkAsync();
            queue.Add("a");
            await world.AdvanceAsync(TimeSpan.FromHours(24));
            Assert.InRange(passes, 17_279, 17_281);
            await queue.ShutDownAsync();
            await worker;
        });

    [Fact]
    public void Q3_a_wake_up_survives_an_earlier_pass_that_asks_for_nothing() => VirtualTime.Run(async world =>
    {
        using var queue = New(world.Clock);
        queue.AddAfter("a", TimeSpan.FromSeconds(5));
        queue.Add("a");
        await queue.TakeAsync(None);
        queue.Forget("a");
        queue.Done("a");
        await world.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(1, queue.ReadStats().Depth);
    });

    [Fact]
    public void Q4_retries_never_end_and_after_an_outage_of_three_hours_the_key_heals_within_the_cap() =>
        VirtualTime.Run(async world =>
        {
            using var queue = New(world.Clock);
            TimeSpan? healedAt = null;
            var outage = TimeSpan.FromHours(3);
            async Task WorkAsync()
            {
                while (await queue.TakeAsync(None) is { } ticket)
                {
                    if (world.Clock.Elapsed < outage)
                    {
                        queue.Retry(ticket.Key);
                    }
                    else
                    {
                        healedAt ??= world.Clock.Elapsed;
                        queue.Forget(ticket.Key);
                    }

                    queue.Done(ticket.Key);
                }
            }

            var worker = WorkAsync();
            queue.Add("a");
            await world.AdvanceAsync(outage + TimeSpan.FromMinutes(15));
            Assert.NotNull(healedAt);
            Assert.InRange(queue.ReadStats().Retries, 12, 60);
            Assert.True(queue.Retry("a") <= TimeSpan.FromSeconds(3), "success resets the backoff");
            await queue.ShutDownAsync();
            await worker;
        });

    [Fact]
    public void Q8_with_a_hundred_resyncs_per_edit_an_edit_still_waits_less_than_a_second() =>
        VirtualTime.Run(async world =>
        {
            using var queue = New(world.Clock);
            var waits = new List<TimeSpan>();
            var resyncs = 0;
            async Task WorkAsync()
            {
                while (await queue.TakeAsync(None) is { } ticket)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), world.Clock, None);
                    resyncs += ticket.Priority == WorkPriority.Resync ? 1 : 0;
                    if (ticket.Priority == WorkPriority.Edit)
                    {
                        waits.Add(ticket.Waited);
                    }

                    queue.Done(ticket.Key);
                }
            }

            var worker = WorkAsync();
            for (var round = 0; round < 100; round++)
            {
                for (var key = 0; key < 100; key++)
                {
                    queue.Add($"resync-{key}", WorkPriority.Resync);
                }

                queue.Add($"edit-{round % 7}");
                await world.AdvanceAsync(TimeSpan.FromSeconds(2));
            }

            Assert.Equal(100, waits.Count);
            Assert.True(waits.Max() <= TimeSpan.FromSeconds(1), $"longest wait of an edit: {waits.Max()}");
            Assert.True(resyncs > 1000);
            var drained = queue.ShutDownAsync();
            await world.AdvanceAsync(TimeSpan.FromSeconds(1));
            await drained;
            await worker;
        });

    [Fact]
    public void Q8_a_flood_of_edits_does_not_starve_a_resync() => VirtualTime.Run(async world =>
    {
        using var queue = New(world.Clock);
        queue.Add("resync", WorkPriority.Resync);
        for (var edit = 0; edit < 100; edit++)
        {
            queue.Add($"edit-{edit}");
        }

        var order = new List<string>();
        while (order.Count < 10 && await queue.TakeAsync(None) is { } ticket)
        {
            order.Add(ticket.Key);
            queue.Done(ticket.Key);
        }

        Assert.Contains("resync", order);
        Assert.Equal("edit-0", order[0]);
    });

    [Fact]
    public async Task Q8_an_edit_of_a_key_that_waits_for_its_resync_moves_it_ahead()
    {
        using var queue = New(new ManualTimeProvider());
        queue.Add("first", WorkPriority.Resync);
        queue.Add("second", WorkPriority.Resync);
        queue.Add("second");
        Assert.Equal("second", (await queue.TakeAsync(None))!.Value.Key);
        Assert.Equal("first", (await queue.TakeAsync(None))!.Value.Key);
        Assert.Equal(0, queue.ReadStats().Depth);
    }

    [Fact]
    public void Q9_a_hundred_thousand_delayed_keys_need_one_timer_and_one_firing_per_due_instant() =>
        VirtualTime.Run(async world =>
        {
            using var queue = New(world.Clock);
            for (var key = 0; key < 100_000; key++)
            {
                queue.AddAfter($"key-{key}", TimeSpan.FromSeconds(60 + (key % 100)));
            }

            Assert.Equal(1, world.Clock.ArmedCount);
            var firings = 0;
            while (world.Clock.AdvanceToNext())
            {
                firings++;
                await world.SettleAsync();
            }

            Assert.Equal(100, firings);
            Assert.Equal(100_000, queue.ReadStats().Depth);
        });

    [Fact]
    public void Q9_moving_a_due_time_forward_again_and_again_does_not_grow_the_heap()
    {
        var heap = new DueHeap<string>();
        var state = new KeyState<string>("a");
        for (var due = 1_000_000; due > 0; due--)
        {
            heap.Schedule(state, due);
        }

        Assert.Equal(1, heap.Count);
        Assert.InRange(heap.Entries, 1, 65);
        Assert.Equal(1, heap.NextDue());
    }

    [Fact]
    public void Q10_shutdown_stops_intake_and_waits_for_the_work_in_flight_only() => VirtualTime.Run(async world =>
    {
        using var queue = New(world.Clock);
        queue.Add("running");
        await queue.TakeAsync(None);
        queue.Add("waiting");
        queue.AddAfter("delayed", TimeSpan.FromSeconds(1));
        var drained = queue.ShutDownAsync();
        queue.Add("late");
        queue.AddAfter("late", TimeSpan.FromSeconds(1));
        await world.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.False(drained.IsCompleted);
        Assert.Null(await queue.TakeAsync(None));
        queue.Done("running");
        await drained;
        Assert.Equal(new WorkQueueStats(0, 0, 0, 2, 0, 1, default, default, default), queue.ReadStats());
    });

    [Fact]
    public void Q10_shutdown_ends_every_waiting_worker() => VirtualTime.Run(async world =>
    {
        using var queue = New(world.Clock);
        var waits = Enumerable.Range(0, 3).Select(_ => queue.TakeAsync(None).AsTask()).ToArray();
        await world.SettleAsync();
        await queue.ShutDownAsync();
        Assert.All(await Task.WhenAll(waits), Assert.Null);
    });

    [Fact]
    public void A_cancelled_wait_takes_no_key_with_it() => VirtualTime.Run(async world =>
    {
        using var queue = New(world.Clock);
        using var cancellation = new CancellationTokenSource();
        var cancelled = queue.TakeAsync(cancellation.Token).AsTask();
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        queue.Add("a");
        Assert.Equal("a", (await queue.TakeAsync(None))!.Value.Key);
        Assert.Equal(0, world.Clock.ArmedCount);
    });

    [Fact]
    public void Ages_tell_how_long_keys_wait_and_run() => VirtualTime.Run(async world =>
    {
        using var queue = New(world.Clock);
        queue.Add("running");
        await queue.TakeAsync(None);
        await world.AdvanceAsync(TimeSpan.FromSeconds(3));
        queue.Add("waiting");
        await world.AdvanceAsync(TimeSpan.FromSeconds(4));
        var stats = queue.ReadStats();
        Assert.Equal(TimeSpan.FromSeconds(4), stats.OldestAge);
        Assert.Equal(TimeSpan.FromSeconds(7), stats.LongestRunning);
    });

    [Fact]
    public void Done_for_a_key_that_nobody_took_is_a_mistake_of_the_caller()
    {
        using var queue = New(new ManualTimeProvider());
        Assert.Throws<InvalidOperationException>(() => queue.Done("a"));
    }

    private static WorkQueue<string> New(TimeProvider time) => new(new WorkQueueOptions(), time, () => 0.5);
}
