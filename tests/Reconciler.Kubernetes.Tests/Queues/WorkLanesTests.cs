using Reconciler.Kubernetes.Queues;

namespace Reconciler.Kubernetes.Tests.Queues;

public sealed class WorkLanesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(1);

    [Fact]
    public void Q11_however_many_hang_a_quick_key_waits_no_longer_than_they_are_borne_with() =>
        VirtualTime.Run(async world =>
        {
            var lanes = new Lanes(world, places: 2, slowPlaces: 100);
            lanes.Hang(6);
            lanes.Add("quick");

            // Six that nobody knew to be slow, two at a time.
            await world.AdvanceAsync(Patience * 3);
            Assert.Equal(1, lanes.Worked["quick"]);

            // Now they are known: nobody waits for them any more.
            await world.AdvanceAsync(Hanging * 3);
            for (var i = 0; i < 10; i++)
            {
                lanes.Add("quick");
                await world.SettleAsync();
                Assert.Equal(i + 2, lanes.Worked["quick"]);
                await world.AdvanceAsync(TimeSpan.FromSeconds(7));
            }

            await lanes.StopAsync();
        });

    [Fact]
    public void When_the_slow_places_are_taken_known_slow_keys_take_turns_and_quick_ones_go_on() =>
        VirtualTime.Run(async world =>
        {
            var lanes = new Lanes(world, places: 2, slowPlaces: 3);
            lanes.Hang(12);
            await world.AdvanceAsync(Hanging * 20);
            lanes.MostAtOnce = 0;
            var before = lanes.Worked.ToDictionary();

            for (var i = 1; i <= 50; i++)
            {
                lanes.Add("quick");
                await world.SettleAsync();
                Assert.Equal(i, lanes.Worked["quick"]);
                await world.AdvanceAsync(TimeSpan.FromSeconds(31));
            }

            // The slow ones share three places, and each has its turns.
            Assert.Equal(3, lanes.MostAtOnce - 1);
            Assert.All(before, pair => Assert.True(lanes.Worked[pair.Key] > pair.Value, pair.Key));
            await lanes.StopAsync();
        });

    [Fact]
    public void Work_that_turns_slow_moves_as_soon_as_a_slow_place_is_free() => VirtualTime.Run(async world =>
    {
        var lanes = new Lanes(world, places: 1, slowPlaces: 1);
        lanes.Hang(2);
        lanes.Add("quick");
        await world.AdvanceAsync(Hanging - TimeSpan.FromSeconds(1));
        Assert.False(lanes.Worked.ContainsKey("quick"));

        await world.AdvanceAsync(Patience + TimeSpan.FromSeconds(1));
        Assert.Equal(1, lanes.Worked["quick"]);
        await lanes.StopAsync();
    });

    /// <summary>The slow place of a key that was called, and waits for a quick place behind work that hangs, is not
    /// kept for it.</summary>
    [Fact]
    public void A_slow_place_does_not_stand_empty_while_work_that_turns_slow_holds_a_quick_one()
    {
        var places = new SlowPlaces<string>(1);
        var first = Run("first");
        Assert.True(places.Admit(first));
        Assert.True(places.Outlast(first));
        places.End(Run("called"), wasSlow: true);
        Assert.False(places.Admit(Run("called")));
        Assert.Equal(1, places.Parked);
        Assert.Equal("called", places.End(first, wasSlow: true).Called);
        Assert.Equal(0, places.Parked);

        var hanging = Run("hanging");
        Assert.True(places.Admit(hanging));
        Assert.True(places.Outlast(hanging));

        // The called one waits for its turn again, and gets it.
        Assert.False(places.Admit(Run("called")));
        Assert.Equal("called", places.End(hanging, wasSlow: true).Called);

        static LaneRun<string> Run(string key) => new(new(key, WorkPriority.Edit, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_key_that_is_quick_again_is_treated_as_any() => VirtualTime.Run(async world =>
    {
        var lanes = new Lanes(world, places: 1, slowPlaces: 1);
        lanes.Hang(1);
        await world.AdvanceAsync(Hanging * 2);
        lanes.Slow.Clear();
        await world.AdvanceAsync(Hanging * 2);
        var worked = lanes.Worked["slow-0"];

        lanes.Add("slow-0");
        await world.SettleAsync();
        Assert.Equal(worked + 1, lanes.Worked["slow-0"]);
        await lanes.StopAsync();
        Assert.Equal(1, lanes.MostAtOnce);
    });

    [Fact]
    public void The_run_ends_when_the_slow_work_has_ended_and_leaves_no_timer() => VirtualTime.Run(async world =>
    {
        var lanes = new Lanes(world, places: 2, slowPlaces: 4);
        lanes.Hang(5);
        await world.AdvanceAsync(Patience * 2);
        lanes.Stop.Cancel();
        await world.SettleAsync();
        Assert.False(lanes.Running.IsCompleted);

        await lanes.StopAsync();
        Assert.Equal(0, lanes.AtOnce);
        Assert.Equal(0, world.Clock.ArmedCount);
    });

    [Fact]
    public void Failing_work_ends_the_run_with_its_failure() => VirtualTime.Run(async world =>
    {
        using var queue = new WorkQueue<string>(new(), world.Clock, () => 0.5);
        using var stop = new CancellationTokenSource();
        var lanes = new WorkLanes<string>(queue, new() { Places = 2 }, world.Clock);
        var running = lanes.RunAsync(_ => throw new InvalidOperationException("defect"), stop.Token);
        queue.Add("a");
        await world.SettleAsync();
        stop.Cancel();
        await Assert.ThrowsAsync<InvalidOperationException>(() => running);
    });

    /// <summary>A queue and its lanes; keys that hang come again as soon as they have ended.</summary>
    private sealed class Lanes
    {
        private readonly VirtualTime _world;
        private readonly WorkQueue<string> _queue;
        private readonly HashSet<string> _inWork = [];
        private readonly int _most;

        public Lanes(VirtualTime world, int places, int slowPlaces)
        {
            _world = world;
            _most = places + slowPlaces;
            _queue = new(new(), world.Clock, () => 0.5);
            Running = new WorkLanes<string>(
                _queue, new() { Places = places, SlowPlaces = slowPlaces, Patience = Patience }, world.Clock)
                .RunAsync(ticket => WorkAsync(ticket.Key), Stop.Token);
        }

        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; }

        public HashSet<string> Slow { get; } = [];

        public Dictionary<string, int> Worked { get; } = [];

        public int AtOnce => _inWork.Count;

        public int MostAtOnce { get; set; }

        public void Add(string key) => _queue.Add(key);

        public void Hang(int keys)
        {
            for (var i = 0; i < keys; i++)
            {
                Slow.Add($"slow-{i}");
                Add($"slow-{i}");
            }
        }

        public async Task StopAsync()
        {
            Stop.Cancel();
            await _world.AdvanceAsync(Hanging);
            await Running;
            _queue.Dispose();
            Stop.Dispose();
        }

        private async Task WorkAsync(string key)
        {
            Assert.True(_inWork.Add(key));
            MostAtOnce = Math.Max(MostAtOnce, AtOnce);
            Assert.InRange(AtOnce, 1, _most);
            if (Slow.Contains(key))
            {
                await Task.Delay(Hanging, _world.Clock, CancellationToken.None);
                _queue.AddAfter(key, TimeSpan.FromSeconds(1));
            }

            Worked[key] = Worked.GetValueOrDefault(key) + 1;
            _inWork.Remove(key);
        }
    }
}
