namespace Reconciler.Kubernetes.Leases;

/// <summary>
/// One term of leadership. Ends by itself at the renew deadline, whatever hangs: the timer cancels, and the clock
/// decides even before the timer has run.
/// </summary>
internal sealed class LeaseHold : IDisposable
{
    private readonly LeaderElectorOptions _options;
    private readonly TimeProvider _time;

    // Never disposed: the deadline may fire while we dispose, and a source without links or timers holds nothing.
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _term;
    private readonly CancellationTokenSource _wake;
    private readonly ITimer _deadline;
    private long _renewedAt;

    public LeaseHold(LeaderElectorOptions options, TimeProvider time, long renewedAt, CancellationToken stop)
    {
        _options = options;
        _time = time;
        _term = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, stop);
        _wake = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token);
        Lost = _lost.Token;
        Term = _term.Token;
        Wake = _wake.Token;
        _deadline = time.CreateTimer(
            static hold => ((LeaseHold)hold!).Lose(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Renewed(renewedAt);
    }

    /// <summary>The lease is no longer ours, or may not be.</summary>
    public CancellationToken Lost { get; }

    /// <summary>What leads must stop: the lease is lost, or we were asked to stop.</summary>
    public CancellationToken Term { get; }

    /// <summary>The renew loop should look up: the lease is lost, or the work has ended.</summary>
    public CancellationToken Wake { get; }

    public bool IsValid => !Lost.IsCancellationRequested && Age < _options.RenewDeadline;

    /// <summary>Since the last successful renewal was sent.</summary>
    public TimeSpan Age => _time.GetElapsedTime(Interlocked.Read(ref _renewedAt));

    /// <param name="sentAt">Taken before the request was sent: others count from when it arrived, which is later.
    /// </param>
    public void Renewed(long sentAt)
    {
        Interlocked.Exchange(ref _renewedAt, sentAt);
        var left = _options.RenewDeadline - Age;
        _deadline.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public void Lose() => _lost.Cancel();

    public void WorkEnded() => _wake.Cancel();

    public void Dispose()
    {
        _deadline.Dispose();
        _wake.Dispose();
        _term.Dispose();
    }
}
