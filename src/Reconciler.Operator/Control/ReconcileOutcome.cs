using Reconciler.Core.Execution;

namespace Reconciler.Operator.Control;

/// <summary>How one pass ended, for the queue.</summary>
/// <param name="Pass">What the pass itself came to.</param>
/// <param name="Resync">When to look again although nothing changed; null when there is nothing to look at.</param>
/// <param name="Unwritten">What could not be written back to the cluster (status, finalizer), one sentence; null when
/// everything was. It is tried again with backoff, whatever the pass came to.</param>
internal sealed record ReconcileOutcome(PassOutcome Pass, TimeSpan? Resync, string? Unwritten = null)
{
    public static ReconcileOutcome Nothing { get; } = new(new PassOutcome.Settled(), null);
}
