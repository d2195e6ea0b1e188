namespace Reconciler.Kubernetes.Queues;

/// <summary>
/// A level-triggered queue of keys. It holds no objects and no events: whoever takes a key reads the newest state.
/// </summary>
/// <remarks>
/// Flow: Add, AddAfter or Retry → ready (now or when due) → TakeAsync → work → Forget or Retry or AddAfter → Done.
/// <para>Guarantees: a key is ready at most once and in flight at most once; an add during its work runs it once
/// more, after Done; of several due times the earliest wins and survives adds and passes in between, so a wake-up
/// is never lost; retries are unlimited with a capped backoff; keys of one priority are served in order.</para>
/// <para>Assumptions: every taken key is given back by Done. A pass is idempotent: an early wake-up only costs time.
/// </para>
/// <para>Caveats: on shutdown ready and delayed keys are dropped. The next start lists everything, so nothing is
/// lost.</para>
/// </remarks>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    // Timers take at most 49 days; a longer wait is re-armed.
    private static readonly TimeSpan ArmMax = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, KeyState<TKey>> _states = [];
    private readonly DueHeap<TKey> _delayed = new();
    private readonly LinkedList<TaskCompletionSource<WorkTicket<TKey>?>> _takers = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WorkQueueOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ReadyLists<TKey> _ready;
    private readonly ITimer _timer;
    private long? _armedFor;
    private bool _shutDown;
    private int _inFlight;
    private long _adds;
    private long _retries;
    private long _completed;

    public WorkQueue(WorkQueueOptions options, TimeProvider time, Func<double> random)
    {
        _options = options;
        _time = time;
        _random = random;
        _ready = new(options.EditsPerResync);
        _timer = time.CreateTimer(_ => OnDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes a key ready now. Adding a ready key again changes nothing but its priority.</summary>
    public void Add(TKey key, WorkPriority priority = WorkPriority.Edit)
    {
        lock (_gate)
        {
            if (!_shutDown)
            {
                MakeReady_Locked(StateOf_Locked(key), priority);
                Serve_Locked();
            }
        }
    }

    /// <summary>Makes a key ready after a delay. If it has a due time already, the earlier one stays.</summary>
    public void AddAfter(TKey key, TimeSpan delay, WorkPriority priority = WorkPriority.Resync)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, priority);
            return;
        }

        lock (_gate)
        {
            if (!_shutDown)
            {
                Schedule_Locked(StateOf_Locked(key), delay, priority);
            }
        }
    }

    /// <summary>Makes a failed key ready after its next backoff delay, and returns that delay.</summary>
    public TimeSpan Retry(TKey key)
    {
        lock (_gate)
        {
            if (_shutDown)
            {
                return TimeSpan.Zero;
            }

            var state = StateOf_Locked(key);
            state.LastDelay = _options.Backoff.Next(state.LastDelay, _random());
            state.Retries++;
            _retries++;
            Schedule_Locked(state, state.LastDelay, WorkPriority.Resync);
            return state.LastDelay;
        }
    }

    /// <summary>Resets a key's backoff. Call it on success; it takes nothing out of the queue.</summary>
    public void Forget(TKey key)
    {
        lock (_gate)
        {
            if (_states.TryGetValue(key, out var state))
            {
                state.Retries = 0;
                state.LastDelay = TimeSpan.Zero;
                Drop_Locked(state);
            }
        }
    }

    /// <summary>Waits for the next ready key. Null once the queue is shut down.</summary>
    public async ValueTask<WorkTicket<TKey>?> TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var taker = new TaskCompletionSource<WorkTicket<TKey>?>(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource<WorkTicket<TKey>?>> place;
        lock (_gate)
        {
            if (_shutDown)
            {
                return null;
            }

            place = _takers.AddLast(taker);
            Serve_Locked();
        }

        await using var registration = cancellationToken.UnsafeRegister(
            _ => Leave(place, cancellationToken),
            null);
        return await taker.Task;
    }

    /// <summary>Gives a taken key back. If it was added meanwhile, it is ready again.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(key, out var state) || !state.InFlight)
            {
                throw new InvalidOperationException("Done was called for a key that is not in flight.");
            }

            state.InFlight = false;
            _inFlight--;
            _completed++;
            if (state.Rerun && !_shutDown)
            {
                state.Rerun = false;
                _ready.Put(state, state.Priority, _time.GetTimestamp());
                Serve_Locked();
            }

            Drop_Locked(state);
            CompleteDrain_Locked();
        }
    }

    /// <summary>
    /// Stops intake, drops what has not started, ends every wait in TakeAsync with null. The task completes when no
    /// key is in flight; the caller bounds its patience. Calling it again returns the same task.
    /// </summary>
    public Task ShutDownAsync()
    {
        lock (_gate)
        {
            _shutDown = true;
            _ready.Clear();
            _delayed.Clear();
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            foreach (var taker in _takers)
            {
                taker.TrySetResult(null);
            }

            _takers.Clear();
            CompleteDrain_Locked();
            return _drained.Task;
        }
    }

    /// <summary>One consistent reading. O(ready + in flight): for a scrape, not for a loop.</summary>
    public WorkQueueStats ReadStats()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var oldest = _ready.All.Select(state => now - state.ReadySince).DefaultIfEmpty().Max();
            var running = _states.Values.Where(state => state.InFlight).Select(state => now - state.TakenAt).ToArray();
            return new(
                _ready.Count, _delayed.Count, _inFlight, _adds, _retries, _completed,
                Span(oldest), Span(running.DefaultIfEmpty().Max()), Span(running.Sum()));
        }
    }

    /// <summary>Every key the queue knows of, for a person to look at.</summary>
    public IReadOnlyList<QueuedKey<TKey>> ReadKeys()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            return
            [
                .. _states.Values.Select(state => new QueuedKey<TKey>(
                    state.Key,
                    state.InFlight ? "running" : state.Ready is not null ? "ready" : "delayed",
                    Span(state.InFlight ? now - state.TakenAt : state.Ready is not null ? now - state.ReadySince : 0),
                    state.Due is { } due ? Span(Math.Max(0, due - now)) : null,
                    state.Retries)),
            ];
        }
    }

    public void Dispose()
    {
        _ = ShutDownAsync();
        _timer.Dispose();
    }

    private void MakeReady_Locked(KeyState<TKey> state, WorkPriority priority)
    {
        if (state.InFlight)
        {
            state.Priority = state.Rerun && state.Priority > priority ? state.Priority : priority;
            _adds += state.Rerun ? 0 : 1;
            state.Rerun = true;
        }
        else if (_ready.Put(state, priority, _time.GetTimestamp()))
        {
            _adds++;
        }

        // The first that can be named: time asks for a pass too, and an edit may join it.
        state.Cause = state.Cause == default ? QueueTracing.Cause() : state.Cause;
    }

    private void Schedule_Locked(KeyState<TKey> state, TimeSpan delay, WorkPriority priority)
    {
        if (_delayed.Schedule(state, _time.GetTimestamp() + Units(delay)))
        {
            state.DuePriority = priority;
            Arm_Locked();
        }
    }

    private void OnDue()
    {
        lock (_gate)
        {
            _armedFor = null;
            var now = _time.GetTimestamp();
            while (!_shutDown && _delayed.TakeDue(now) is { } state)
            {
                MakeReady_Locked(state, state.DuePriority);
            }

            Serve_Locked();
            Arm_Locked();
        }
    }

    private void Arm_Locked()
    {
        if (_shutDown || _delayed.NextDue() is not { } due || _armedFor <= due)
        {
            return;
        }

        _armedFor = due;
        var wait = Span(Math.Max(0, due - _time.GetTimestamp()));
        // Timers count whole milliseconds and round down: round up, so that the head is due when the timer fires.
        var rounded = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(rounded < ArmMax ? rounded : ArmMax, Timeout.InfiniteTimeSpan);
    }

    private void Serve_Locked()
    {
        while (_takers.First is { } place && _ready.Count > 0)
        {
            _takers.RemoveFirst();
            var state = _ready.Take()!;
            var now = _time.GetTimestamp();
            state.InFlight = true;
            state.TakenAt = now;
            _inFlight++;
            place.Value.SetResult(
                new(state.Key, state.Priority, state.Retries, Span(now - state.ReadySince)) { Cause = state.Cause });
            state.Cause = default;
        }
    }

    // A taker leaves only under the lock: it was either served before (and the caller gets its key) or never will be.
    private void Leave(LinkedListNode<TaskCompletionSource<WorkTicket<TKey>?>> place, CancellationToken token)
    {
        lock (_gate)
        {
            if (place.List is not null)
            {
                _takers.Remove(place);
                place.Value.TrySetCanceled(token);
            }
        }
    }

    private KeyState<TKey> StateOf_Locked(TKey key)
    {
        if (!_states.TryGetValue(key, out var state))
        {
            _states.Add(key, state = new(key));
        }

        return state;
    }

    private void Drop_Locked(KeyState<TKey> state)
    {
        if (state.IsIdle)
        {
            _states.Remove(state.Key);
        }
    }

    private void CompleteDrain_Locked()
    {
        if (_shutDown && _inFlight == 0)
        {
            _drained.TrySetResult();
        }
    }

    private long Units(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private TimeSpan Span(long units) => TimeSpan.FromSeconds((double)units / _time.TimestampFrequency);
}
