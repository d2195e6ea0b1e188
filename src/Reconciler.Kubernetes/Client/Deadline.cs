namespace Reconciler.Kubernetes.Client;

/// <summary>A time limit joined with the caller's token; tells afterwards which of the two it was.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _joined;
    private readonly CancellationToken _caller;

    public Deadline(TimeSpan after, TimeProvider time, CancellationToken caller)
    {
        After = after;
        _caller = caller;
        _timer = new CancellationTokenSource(after, time);
        _joined = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    public TimeSpan After { get; }

    public CancellationToken Token => _joined.Token;

    /// <summary>The time is up, and the caller did not cancel.</summary>
    public bool HasPassed => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

    public void ThrowIfCallerCancelled() => _caller.ThrowIfCancellationRequested();

    public void Dispose()
    {
        _joined.Dispose();
        _timer.Dispose();
    }
}
