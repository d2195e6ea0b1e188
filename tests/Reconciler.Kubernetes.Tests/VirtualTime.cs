using Reconciler.TestKit;

namespace Reconciler.Kubernetes.Tests;

/// <summary>
/// Runs an async test body on one thread under a manual clock. <see cref="AdvanceAsync"/> walks from timer to timer
/// and lets every continuation run before the clock moves on, so a test replays exactly.
/// </summary>
internal sealed class VirtualTime : SynchronizationContext
{
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(2);

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posts = new();
    private readonly Queue<TaskCompletionSource> _idleWaiters = new();

    public ManualTimeProvider Clock { get; } = new();

    public static void Run(Func<VirtualTime, Task> body)
    {
        var world = new VirtualTime();
        var previous = Current;
        SetSynchronizationContext(world);
        try
        {
            world.Pump(body(world));
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    /// <summary>Completes when nothing is left to run at this instant.</summary>
    public Task SettleAsync()
    {
        var idle = new TaskCompletionSource();
        lock (_posts)
        {
            _idleWaiters.Enqueue(idle);
        }

        return idle.Task;
    }

    /// <summary>Moves the clock, settling before each timer and at the end.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        var target = Clock.Elapsed + by;
        await SettleAsync();
        while (Clock.NextDueIn is { } due && Clock.Elapsed + due <= target)
        {
            Clock.Advance(due > TimeSpan.Zero ? due : TimeSpan.Zero);
            await SettleAsync();
        }

        Clock.Advance(target - Clock.Elapsed);
        await SettleAsync();
    }

    /// <summary>Moves the clock until <paramref name="condition"/> holds;
    /// fails after <paramref name="atMost"/>.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan atMost, string what)
    {
        var limit = Clock.Elapsed + atMost;
        await SettleAsync();
        while (!condition())
        {
            var due = Clock.NextDueIn;
            Assert.True(due is not null && Clock.Elapsed + due <= limit, $"not within {atMost}: {what}");
            Clock.Advance(due.Value > TimeSpan.Zero ? due.Value : TimeSpan.Zero);
            await SettleAsync();
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posts)
        {
            _posts.Enqueue((d, state));
            Monitor.Pulse(_posts);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    private void Pump(Task body)
    {
        while (!body.IsCompleted)
        {
            Next()();
        }

        body.GetAwaiter().GetResult();
    }

    private Action Next()
    {
        lock (_posts)
        {
            while (true)
            {
                if (_posts.TryDequeue(out var post))
                {
                    return () => post.Callback(post.State);
                }

                if (_idleWaiters.TryDequeue(out var idle))
                {
                    return idle.SetResult;
                }

                if (!Monitor.Wait(_posts, StuckAfter))
                {
                    throw new InvalidOperationException("The test waits for something that never happens.");
                }
            }
        }
    }
}
