namespace Reconciler.Simulation.Kernel;

/// <summary>
/// A process's clock: monotonic time is the world's (it goes on while the process is frozen: suspend-aware), wall time
/// can jump both ways, which must change nothing.
/// </summary>
internal sealed class SimClock(SimProcess process) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeSpan WallOffset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => process.Kernel.Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch + process.Kernel.Now + WallOffset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimTimer(SimProcess process, TimerCallback callback, object? state) : ITimer
    {
        private int _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = ++_version;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Arm(version, dueTime, period);
            }

            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(int version, TimeSpan delay, TimeSpan period) =>
            process.Kernel.After(
                delay < TimeSpan.Zero ? TimeSpan.Zero : delay,
                () =>
                {
                    // Most timers are deadlines that were met: they cost no step.
                    if (version == _version)
                    {
                        process.Post(_ => Fire(version, period), null);
                    }
                });

        private void Fire(int version, TimeSpan period)
        {
            if (version != _version)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                Arm(version, period, period);
            }

            callback(state);
        }
    }
}
