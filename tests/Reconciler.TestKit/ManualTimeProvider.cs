namespace Reconciler.TestKit;

/// <summary>
/// A clock that moves only when a test says so. Wall time and the monotonic timestamp move together in
/// <see cref="Advance"/>; <see cref="JumpWallClock"/> moves wall time alone, as an NTP step does. Due timers run
/// inline, on the caller's thread, in order of due time and then of creation.
/// </summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    // One timer re-armed with a zero period would spin for ever; a test that fires this often is stuck.
    private const int FiringsPerAdvanceMax = 1_000_000;

    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly List<(TimeSpan Delay, TaskCompletionSource Armed)> _waiters = [];
    private DateTimeOffset _utcNow = start;
    private TimeSpan _elapsed;
    private long _sequence;

    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Monotonic time since the clock was made.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return _elapsed;
            }
        }
    }

    /// <summary>Timers that are armed now.</summary>
    public int ArmedCount
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>How long until the next timer is due; null if none is armed.</summary>
    public TimeSpan? NextDueIn
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count == 0 ? null : _armed.Min(timer => timer.Due) - _elapsed;
            }
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _utcNow;
        }
    }

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when a timer is armed that is due in exactly this time from now: the way to arm a wait before
    /// the clock moves, without sleeping.</summary>
    public Task WhenArmedAsync(TimeSpan delay)
    {
        lock (_gate)
        {
            if (_armed.Exists(timer => timer.Due - _elapsed == delay))
            {
                return Task.CompletedTask;
            }

            var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((delay, armed));
            return armed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>Moves both clocks forward and fires, one by one and at their own instant, the timers due on the way.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = Elapsed + by;
        for (var firings = 0; TakeNextDue(target) is { } due; firings++)
        {
            if (firings >= FiringsPerAdvanceMax)
            {
                throw new InvalidOperationException(
                    $"{firings} timers fired within one Advance({by}): a timer loop never waits.");
            }

            due.Fire();
        }

        lock (_gate)
        {
            MoveTo_Locked(target);
        }
    }

    /// <summary>Advances to the next armed timer and fires all that are due then. False if none is armed.</summary>
    public bool AdvanceToNext()
    {
        if (NextDueIn is not { } due)
        {
            return false;
        }

        Advance(due < TimeSpan.Zero ? TimeSpan.Zero : due);
        return true;
    }

    /// <summary>Steps wall time only; the monotonic clock and the timers do not notice.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
        {
            _utcNow += by;
        }
    }

    private ManualTimer? TakeNextDue(TimeSpan target)
    {
        lock (_gate)
        {
            var next = _armed.MinBy(timer => (timer.Due, timer.Sequence));
            if (next is null || next.Due > target)
            {
                return null;
            }

            MoveTo_Locked(next.Due);
            Rearm_Locked(next, next.Period);
            return next;
        }
    }

    private void MoveTo_Locked(TimeSpan elapsed)
    {
        if (elapsed > _elapsed)
        {
            _utcNow += elapsed - _elapsed;
            _elapsed = elapsed;
        }
    }

    private void Rearm_Locked(ManualTimer timer, TimeSpan delay)
    {
        _armed.Remove(timer);
        if (delay != Timeout.InfiniteTimeSpan)
        {
            timer.Due = _elapsed + delay;
            timer.Sequence = _sequence++;
            _armed.Add(timer);
            _waiters.FindAll(waiter => waiter.Delay == delay).ForEach(waiter => waiter.Armed.TrySetResult());
            _waiters.RemoveAll(waiter => waiter.Delay == delay);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; } = Timeout.InfiniteTimeSpan;

        public long Sequence { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                clock.Rearm_Locked(this, dueTime);
                return true;
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
