using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// Keeps a DynamicModule until its remote module is dealt with, and an Installation until its modules are.
/// </summary>
/// <remarks>
/// Flow of a DynamicModule:
/// <list type="number">
/// <item>It appears without our finalizer. The pass adds it and waits for the acknowledgement (T1).</item>
/// <item>Only then may the ledger announce a create: whoever deletes the resource from here on has to wait for
/// us.</item>
/// <item>It is deleted: the API server marks it. The pass resolves an open intent first (T10i), then deletes the
/// remote module until it is seen to be absent (T10), or lets it go by policy (T10r), and removes the entry from the
/// ledger.</item>
/// <item>Only when that ledger is acknowledged does the planner call the module released, and the finalizer
/// goes.</item>
/// </list>
/// Guarantees: a finalizer is removed only after the ledger let go (I5). A finalizer of somebody else is never
/// touched, and ours is found wherever it stands in the list (Q7). A patch names the UID and tests what was read: a
/// concurrent edit or another object of the same name refuses it, and the next pass reads again.
/// <para>Assumptions: the API server removes a marked object when its last finalizer goes, and never before.</para>
/// <para>Caveats: who strips our finalizer by hand leaves the entry in the ledger without a resource; its deletion
/// policy there decides. While an Installation is suspended, its credential is missing or the remote is down,
/// deletions wait and say so; <c>reconciler.io/abandon: "true"</c> releases without the remote's consent. An
/// Installation that has modules waits for them in the same way, since nothing remote could be deleted without
/// it.</para>
/// </remarks>
internal sealed class FinalizerProtocol(
    KubernetesClient client, ClusterView cluster, ReleaseTracker releases, ControlOptions options)
{
    /// <summary>T1 for all live modules of a pass, and their Installation. The cache shows each acknowledged
    /// finalizer; what could not be guarded stays as it was and is not created.</summary>
    public async Task<WriteProblems> GuardAsync(
        InstallationResource installation, IReadOnlyList<DynamicModuleResource> modules,
        CancellationToken cancellationToken)
    {
        var problems = new WriteProblems();
        var unguarded = modules.Where(module => NeedsGuard(module.Metadata, Finalizers.Module)).ToList();
        if (modules.Count > 0 && NeedsGuard(installation.Metadata, Finalizers.Installation))
        {
            await problems.TryAsync($"Installation {installation.Metadata.Key}", async () =>
                cluster.Installations.ObserveWrite(await client.SendAsync(
                    ApiRequests.Patch(
                        ResourceTypes.Installation, installation.Metadata.Key,
                        FinalizerPatch.Add(installation.Metadata, Finalizers.Installation)),
                    ResourceJson.Installation, cancellationToken)));
        }

        await BoundedParallel.ForEachAsync(unguarded, options.ParallelWrites, module =>
            problems.TryAsync($"DynamicModule {module.Metadata.Key}", async () =>
                cluster.Modules.ObserveWrite(await client.SendAsync(
                    ApiRequests.Patch(
                        ResourceTypes.DynamicModule, module.Metadata.Key,
                        FinalizerPatch.Add(module.Metadata, Finalizers.Module)),
                    ResourceJson.DynamicModule, cancellationToken))));
        return problems;
    }

    /// <summary>Removes our finalizer from modules that the acknowledged ledger let go.</summary>
    public Task ReleaseAsync(
        IReadOnlyList<DynamicModuleResource> modules, WriteProblems problems, CancellationToken cancellationToken)
    {
        var held = modules.Where(module => IsGuarded(module.Metadata, Finalizers.Module)).ToList();
        return BoundedParallel.ForEachAsync(held, options.ParallelWrites, module =>
            problems.TryAsync($"DynamicModule {module.Metadata.Key}", () => ReleaseAsync(
                module.Metadata,
                async () => cluster.Modules.ObserveWrite(await client.SendAsync(
                    ApiRequests.Patch(
                        ResourceTypes.DynamicModule, module.Metadata.Key,
                        FinalizerPatch.Remove(module.Metadata, Finalizers.Module)),
                    ResourceJson.DynamicModule, cancellationToken)))));
    }

    /// <summary>Lets a deleted Installation go.</summary>
    public async Task ReleaseAsync(
        InstallationResource installation, WriteProblems problems, CancellationToken cancellationToken)
    {
        if (!IsGuarded(installation.Metadata, Finalizers.Installation))
        {
            return;
        }

        await problems.TryAsync($"Installation {installation.Metadata.Key}", () => ReleaseAsync(
            installation.Metadata,
            async () => cluster.Installations.ObserveWrite(await client.SendAsync(
                ApiRequests.Patch(
                    ResourceTypes.Installation, installation.Metadata.Key,
                    FinalizerPatch.Remove(installation.Metadata, Finalizers.Installation)),
                ResourceJson.Installation, cancellationToken))));
    }

    public static bool IsGuarded(ObjectMeta meta, string finalizer) =>
        meta.Finalizers.Contains(finalizer, StringComparer.Ordinal);

    private static bool NeedsGuard(ObjectMeta meta, string finalizer) =>
        !meta.IsDeleting && !IsGuarded(meta, finalizer);

    private async Task ReleaseAsync(ObjectMeta meta, Func<Task> remove)
    {
        releases.Begin(meta.Uid);
        try
        {
            await remove();
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            // Gone already: that is all we wanted.
        }
        catch
        {
            releases.Gone(meta.Uid);
            throw;
        }
    }
}
