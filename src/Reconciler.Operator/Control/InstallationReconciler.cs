using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// One pass over one installation, from the caches to the remote and back to the status. It holds no state of its own:
/// what must survive is in the ledger, what is remembered between passes is in the pass's memory.
/// </summary>
internal sealed class InstallationReconciler(
    ClusterView cluster, FinalizerProtocol finalizers, RemotePool remotes, PassRunner passes,
    MissingInstallation missing, InstallationDeparture departure, StatusWriter status, ControlMetrics metrics,
    PassBook book, TimeProvider time)
{
    public async Task<ReconcileOutcome> ReconcileAsync(
        InstallationKey key, IWriteFence fence, CancellationToken cancellationToken)
    {
        if (cluster.FindInstallation(key) is not { } installation)
        {
            return await ReconcileMissingAsync(key, fence, cancellationToken);
        }

        metrics.PassBegun(installation, time.GetUtcNow());
        var problems = await finalizers.GuardAsync(
            installation, new Scene(installation, cluster.ModulesOf(key)).AllowedModules, cancellationToken);
        if (Gather(key) is not { } scene)
        {
            return ReconcileOutcome.Nothing;
        }

        var remote = await remotes.OpenAsync(
            scene.Installation, scene.IsForced || scene.HasForcedModule, cancellationToken);
        var result = await passes.RunAsync(scene, remote, fence, cancellationToken);
        if (!fence.Holds)
        {
            // Another may lead by now: a status from here would be older than its own, and stay until its next pass.
            return ReconcileOutcome.Nothing;
        }

        result = departure.Judge(scene, result);
        book.Write(key, result);
        await ShowAsync(scene, result, remote, problems, cancellationToken);
        await finalizers.ReleaseAsync(scene.Released(result.Verdicts), problems, cancellationToken);
        await departure.ReleaseAsync(scene, result, problems, cancellationToken);
        problems.ThrowDefect();
        return new(result.Outcome, ResyncOf(scene.Installation), problems.Summary);
    }

    private Scene? Gather(InstallationKey key) =>
        cluster.FindInstallation(key) is { } installation ? new(installation, cluster.ModulesOf(key)) : null;

    private async Task ShowAsync(
        Scene scene, PassResult result, RemoteAccess remote, WriteProblems problems,
        CancellationToken cancellationToken)
    {
        var installation = scene.Installation;
        var now = time.GetUtcNow();
        metrics.PassReported(installation.ToInstallation(), result, remote.CredentialsExpireAt, now);
        await status.WriteModulesAsync(scene.Modules, result.Verdicts, result.KnowsKeys, problems, cancellationToken);
        if (InstallationDeparture.IsDue(scene, result))
        {
            return;
        }

        var next = StatusProjection.Project(
            installation.Status, result, installation.ToInstallation(), installation.Metadata.Generation,
            installation.ForceToken, remote.CredentialsExpireAt, now);
        await status.WriteInstallationAsync(installation, next, problems, cancellationToken);
    }

    private async Task<ReconcileOutcome> ReconcileMissingAsync(
        InstallationKey key, IWriteFence fence, CancellationToken cancellationToken)
    {
        passes.Forget(key);
        remotes.Forget(key);
        metrics.Forget(key);
        book.Forget(key);
        var modules = cluster.ModulesOf(key);
        if (modules.IsEmpty)
        {
            return ReconcileOutcome.Nothing;
        }

        var (outcome, verdicts) = await missing.JudgeAsync(key, modules, fence, cancellationToken);
        metrics.MissingReported(key, verdicts);
        var problems = new WriteProblems();
        await status.WriteModulesAsync(modules, verdicts, keysKnown: false, problems, cancellationToken);
        var released = verdicts.Where(verdict => verdict.Released).Select(verdict => verdict.Owner.Uid).ToHashSet();
        await finalizers.ReleaseAsync(
            [.. modules.Where(module => released.Contains(module.Metadata.Uid))], problems, cancellationToken);
        problems.ThrowDefect();
        return new(outcome, null, problems.Summary);
    }

    private static TimeSpan ResyncOf(InstallationResource installation) =>
        ResyncSchedule.Next(installation.Interval, installation.Metadata.Uid);
}
