using Reconciler.Operator.Control;

namespace Reconciler.Operator.Intake;

/// <summary>
/// What follows from a verified call: the token is kept, a new tenant may get its Installation. The pass is started by
/// the watch that sees the Secret change, on whichever replica leads.
/// </summary>
internal sealed class Delivery(
    ReplayGuard replays, TokenStore store, Discovery? discovery, Func<ClusterView> cluster, IntakeMetrics metrics)
{
    /// <returns>Null when it was taken, else one of <see cref="RefusalReasons"/>.</returns>
    public async Task<string?> TakeAsync(
        Invocation invocation, SystemToken? token, string? lifecycleEvent, CancellationToken cancellationToken)
    {
        if (token is not null && !replays.TryAdmit(invocation, token))
        {
            return RefusalReasons.Replay;
        }

        if (await store.KeepAsync(invocation, token, lifecycleEvent, cancellationToken) is not { } outcome)
        {
            return RefusalReasons.Store;
        }

        metrics.Delivered(outcome);
        if (discovery is not null)
        {
            await discovery.SeeAsync(invocation.Installation, cluster(), cancellationToken);
        }

        return null;
    }
}
