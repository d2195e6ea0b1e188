namespace Reconciler.Kubernetes.Tests.Leases;

/// <summary>The same monotonic clock and timers, another wall time.</summary>
internal sealed class SkewedClock(TimeProvider inner, TimeSpan skew) : TimeProvider
{
    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + skew;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);
}

/// <summary>A process that is stopped: time goes on, its timers do not fire until it is thawed.</summary>
internal sealed class FreezableClock(TimeProvider inner) : TimeProvider
{
    private readonly List<Action> _due = [];

    public bool IsFrozen { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(
            present =>
            {
                if (IsFrozen)
                {
                    _due.Add(() => callback(present));
                }
                else
                {
                    callback(present);
                }
            },
            state,
            dueTime,
            period);

    public void Thaw()
    {
        IsFrozen = false;
        var due = _due.ToArray();
        _due.Clear();
        foreach (var fire in due)
        {
            fire();
        }
    }
}
