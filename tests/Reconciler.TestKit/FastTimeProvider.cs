namespace Reconciler.TestKit;

/// <summary>
/// The system's clock, so many times as fast: for code that waits for a real remote, where a clock that only a test
/// moves would have to know how long its answers take. Deadlines shrink as the waits do; choose them long.
/// </summary>
public sealed class FastTimeProvider(int times) : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _startTimestamp = System.GetTimestamp();

    public override long GetTimestamp() =>
        _startTimestamp + ((System.GetTimestamp() - _startTimestamp) * times);

    public override DateTimeOffset GetUtcNow() => _start + GetElapsedTime(_startTimestamp);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FastTimer(System.CreateTimer(callback, state, Shrunk(dueTime), Shrunk(period)), this);

    // Infinite stays so.
    private TimeSpan Shrunk(TimeSpan time) => time <= TimeSpan.Zero ? time : time / times;

    private sealed class FastTimer(ITimer timer, FastTimeProvider clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            timer.Change(clock.Shrunk(dueTime), clock.Shrunk(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
