namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// Set once; many wait. Each waiter has a source of its own: <c>Task.WaitAsync</c> on a shared one would resume on
/// the thread pool and leave a simulation's thread.
/// </summary>
internal sealed class SyncSignal
{
    private readonly Lock _gate = new();
    private readonly List<TaskCompletionSource> _waiters = [];
    private bool _isSet;

    public bool IsSet
    {
        get
        {
            lock (_gate)
            {
                return _isSet;
            }
        }
    }

    /// <summary>True for the call that set it.</summary>
    public bool Set()
    {
        lock (_gate)
        {
            if (_isSet)
            {
                return false;
            }

            _isSet = true;
            _waiters.ForEach(waiter => waiter.TrySetResult());
            _waiters.Clear();
            return true;
        }
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isSet)
            {
                return;
            }

            _waiters.Add(waiter);
        }

        await using var registration = cancellationToken.UnsafeRegister(_ => Leave(waiter, cancellationToken), null);
        await waiter.Task;
    }

    private void Leave(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _waiters.Remove(waiter);
            waiter.TrySetCanceled(cancellationToken);
        }
    }
}
