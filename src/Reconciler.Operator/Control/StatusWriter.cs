using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// Shows the outcome of a pass on the resources: one patch of <c>/status</c> where the status differs, one of the key
/// mirror where the key differs, one event and one log line where the reason differs. At the fixpoint it writes
/// nothing (M1). A write that fails is tried again by the next pass, which computes it afresh.
/// </summary>
internal sealed class StatusWriter(
    KubernetesClient client, ClusterView cluster, TransitionReporter reporter, ControlOptions options,
    ControlMetrics metrics, TimeProvider time, ILogger<StatusWriter> log)
{
    /// <summary>Shows each verdict on its DynamicModule.</summary>
    /// <param name="keysKnown">False when the pass did not see the remote: a missing key then means "not
    /// known".</param>
    public Task WriteModulesAsync(
        IReadOnlyList<DynamicModuleResource> modules, IEnumerable<ModuleVerdict> verdicts, bool keysKnown,
        WriteProblems problems, CancellationToken cancellationToken)
    {
        var byUid = verdicts.ToDictionary(verdict => verdict.Owner.Uid, StringComparer.Ordinal);
        var due = modules.Where(module => byUid.ContainsKey(module.Metadata.Uid)).ToImmutableArray();
        return BoundedParallel.ForEachAsync(due, options.ParallelWrites, module => problems.TryAsync(
            $"DynamicModule {module.Metadata.Key}",
            () => WriteModuleAsync(module, byUid[module.Metadata.Uid], keysKnown, cancellationToken)));
    }

    /// <summary>Shows where the Installation stands.</summary>
    public Task WriteInstallationAsync(
        InstallationResource installation, InstallationStatus next, WriteProblems problems,
        CancellationToken cancellationToken) => problems.TryAsync(
            $"Installation {installation.Metadata.Key}",
            async () =>
            {
                if (next == installation.Status)
                {
                    return;
                }

                var patch = ApiRequests.MergePatch(
                    ResourceTypes.Installation, installation.Metadata.Key,
                    StatusPatch.Of(installation.Metadata.Uid, next), "status");
                cluster.Installations.ObserveWrite(
                    await client.SendAsync(patch, ResourceJson.Installation, cancellationToken));
                metrics.StatusWritten("installation");
                var events = StatusProjection.Events(installation.Status, next);
                foreach (var transition in events)
                {
                    metrics.Transitioned("installation", transition.Reason);
                    log.InstallationChanged(installation.Key, transition.Reason, transition.Message);
                }

                reporter.Report(ResourceTypes.Installation, installation.Metadata, events);
            });

    private async Task WriteModuleAsync(
        DynamicModuleResource module, ModuleVerdict verdict, bool keysKnown, CancellationToken cancellationToken)
    {
        var next = StatusProjection.Project(
            module.Status, verdict, module.Metadata.Generation, HandledToken(module, verdict),
            time.GetUtcNow(), keysKnown);
        next = next with
        {
            Conditions = next.Conditions.WithDataWarning(
                AdviceOn(module), module.Metadata.Generation, time.GetUtcNow()),
        };
        if (!verdict.Released && next != module.Status)
        {
            var patch = ApiRequests.MergePatch(
                ResourceTypes.DynamicModule, module.Metadata.Key, StatusPatch.Of(module.Metadata.Uid, next), "status");
            cluster.Modules.ObserveWrite(
                await client.SendAsync(patch, ResourceJson.DynamicModule, cancellationToken));
            metrics.StatusWritten("module");
        }

        var events = StatusProjection.Events(module.Status, next);
        foreach (var transition in events)
        {
            metrics.Transitioned("module", transition.Reason);
            log.ModuleChanged(module.Metadata.Key.ToString(), transition.Reason, transition.Message);
        }

        reporter.Report(ResourceTypes.DynamicModule, module.Metadata, events);

        // Last: were it refused, the next pass would find the status as written and would have nothing to report.
        await MirrorKeyAsync(module, verdict, next.Key, cancellationToken);
    }

    // A wish that this pass could not fulfil yet is not handled: a remote that did not answer was not asked again, and
    // what an unknown create left behind may be declared foreign only after its wait.
    private static string? HandledToken(DynamicModuleResource module, ModuleVerdict verdict) => verdict switch
    {
        { Rule: RuleIds.WeakCandidate } => null,
        { Rule: RuleIds.Fault, Reason: Reasons.RateLimited or Reasons.RemoteUnavailable } => null,
        _ => module.ForceToken,
    };

    // Depends on the spec alone, so a pass at rest finds the condition as it left it.
    private string? AdviceOn(DynamicModuleResource module) =>
        cluster.FindInstallation(module.InstallationKey) is { } installation
            && installation.Allows(module.Metadata.Namespace)
            ? DataAdvice.Summarize(DataAdvice.Of(module.Spec, installation.Api))
            : null;

    private async Task MirrorKeyAsync(
        DynamicModuleResource module, ModuleVerdict verdict, string? key, CancellationToken cancellationToken)
    {
        if (verdict.Released || module.Metadata.Annotations.GetValueOrDefault(Wishes.MirroredKey) == key)
        {
            return;
        }

        var patch = ApiRequests.MergePatch(
            ResourceTypes.DynamicModule, module.Metadata.Key, StatusPatch.OfKeyMirror(module.Metadata.Uid, key));
        cluster.Modules.ObserveWrite(await client.SendAsync(patch, ResourceJson.DynamicModule, cancellationToken));
        metrics.StatusWritten("key");
    }
}
