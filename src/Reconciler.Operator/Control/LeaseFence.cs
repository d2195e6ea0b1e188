using Reconciler.Core.Execution;
using Reconciler.Kubernetes.Leases;

namespace Reconciler.Operator.Control;

/// <summary>
/// The right to write for one term of leadership, judged by the elector's own monotonic clock. While the operator
/// drains after a stop the lease is still held, so running passes may finish; the loss of the lease ends them at once.
/// </summary>
internal sealed class LeaseFence : IWriteFence, IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenRegistration _termEnded;
    private readonly LeaderElector _elector;

    /// <param name="term">Ends with the lease or with a stop.</param>
    /// <param name="stopping">The stop alone, which tells the two apart.</param>
    public LeaseFence(LeaderElector elector, CancellationToken term, CancellationToken stopping)
    {
        _elector = elector;
        _termEnded = term.UnsafeRegister(
            _ =>
            {
                if (!stopping.IsCancellationRequested || !elector.IsLeader)
                {
                    _lost.Cancel();
                }
            },
            null);
    }

    public bool Holds => !_lost.IsCancellationRequested && _elector.IsLeader;

    public CancellationToken Lost => _lost.Token;

    public void Dispose()
    {
        _termEnded.Dispose();
        _lost.Dispose();
    }
}
