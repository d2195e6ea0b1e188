using Reconciler.Core.Execution;
using Reconciler.Kubernetes.Leases;

namespace Reconciler.Operator.Control;

/// <summary>
/// The right to write for one term of leadership, judged by the elector's own monotonic clock. While the operator
/// drains after a stop the lease is still held, so running passes may finish; the loss of the lease ends them at once.
/// Made at the beginning of the term.
/// </summary>
internal sealed class LeaseFence(LeaderElector elector) : IWriteFence
{
    public CancellationToken Lost { get; } = elector.Lost;

    public bool Holds => !Lost.IsCancellationRequested && elector.IsLeader;
}
