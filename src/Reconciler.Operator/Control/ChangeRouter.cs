using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Informers;
using Reconciler.Kubernetes.Queues;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// Turns what changed in the cluster into installations to look at. Only keys pass: the pass reads the newest state
/// itself. What the operator wrote itself is no reason for a pass, or passes would never end (Q3).
/// <code>
/// change of                      enqueues                              as
/// Installation, spec/wish/delete itself                                edit
/// DynamicModule, spec/wish/…     the installation before and after     edit
/// status wiped, finalizer lost   the installation                      edit
/// Secret, any                    every Installation that names it      edit
/// token delivered by Forge       every Installation of that tenant     edit
/// ModuleLedger, deleted          its installation                      resync
/// anything found by a first list its installation, spread by UID       resync
/// </code>
/// </summary>
internal sealed class ChangeRouter(
    ClusterView cluster, IDeliveredTokens delivered, WorkQueue<InstallationKey> queue, ReleaseTracker releases)
{
    private static readonly string[] AllWishes =
    [
        Wishes.RequestedAt, Wishes.FluxRequestedAt, Wishes.ApprovePlan, Wishes.ConfirmTakeover, Wishes.Abandon,
    ];

    /// <summary>Told of a ledger that somebody deletes, before its installation is enqueued: what is remembered of it
    /// is void.</summary>
    public Action<InstallationKey> LedgerLost { get; set; } = static _ => { };

    /// <summary>Registers the handlers; before the informers run.</summary>
    public void Attach()
    {
        cluster.Installations.OnChange(OnInstallation);
        cluster.Modules.OnChange(OnModule);
        cluster.Secrets.OnChange(OnSecret);
        cluster.Ledgers.OnChange(OnLedger);
        delivered.OnChange(OnToken);
    }

    /// <summary>Puts every installation into the queue, spread out: after the first sync, and when a term
    /// begins.</summary>
    public void EnqueueAll()
    {
        var installations = cluster.Installations.List().ToList();
        foreach (var installation in installations)
        {
            queue.AddAfter(
                installation.Key, ResyncSchedule.Startup(installations.Count, installation.Metadata.Uid));
        }

        foreach (var missing in cluster.Modules.List().Select(module => module.InstallationKey).Distinct()
            .Where(key => cluster.FindInstallation(key) is null))
        {
            queue.Add(missing, WorkPriority.Resync);
        }
    }

    private void OnInstallation(ObjectChange<InstallationResource> change)
    {
        // Its end matters even when we let it go ourselves: what is remembered of it goes, its modules learn of it.
        if (Matters(change, Finalizers.Installation) || change.New is null
            || StatusWiped(change.Old?.Status.ObservedGeneration, change.New?.Status.ObservedGeneration))
        {
            Enqueue(new InstallationKey(change.Key.Namespace, change.Key.Name), IsFirst(change));
        }
    }

    private void OnModule(ObjectChange<DynamicModuleResource> change)
    {
        if (!Matters(change, Finalizers.Module)
            && !StatusWiped(change.Old?.Status.ObservedGeneration, change.New?.Status.ObservedGeneration))
        {
            return;
        }

        if (change.Old is { } before && before.InstallationKey != change.New?.InstallationKey)
        {
            Enqueue(before.InstallationKey, IsFirst(change));
        }

        if (change.New is { } after)
        {
            Enqueue(after.InstallationKey, IsFirst(change));
        }
    }

    private void OnSecret(ObjectChange<PartialObject> change)
    {
        foreach (var installation in cluster.InstallationsNaming(change.Key))
        {
            Enqueue(installation.Key, IsFirst(change));
        }
    }

    private void OnToken(string forgeId)
    {
        foreach (var installation in cluster.InstallationsOfForge(forgeId))
        {
            Enqueue(installation.Key, isFirst: false);
        }
    }

    private void OnLedger(ObjectChange<PartialObject> change)
    {
        var went = change is { Old: not null, New: null };
        var goes = change is { Old.Metadata.IsDeleting: false, New.Metadata.IsDeleting: true };
        if (went || goes)
        {
            var installation = new InstallationKey(change.Key.Namespace, change.Key.Name);
            LedgerLost(installation);
            queue.Add(installation, WorkPriority.Resync);
        }
    }

    private bool Matters<T>(ObjectChange<T> change, string finalizer)
        where T : class, IKubernetesResource
    {
        if (change.Old?.Metadata is not { } old)
        {
            return true;
        }

        if (releases.IsReleasing(old.Uid))
        {
            if (change.New is null)
            {
                releases.Gone(old.Uid);
            }

            return false;
        }

        return change.New?.Metadata is not { } now
            || old.Generation != now.Generation
            || old.IsDeleting != now.IsDeleting
            || !SameWishes(old, now)
            || (Holds(old, finalizer) && !Holds(now, finalizer));
    }

    private static bool SameWishes(ObjectMeta old, ObjectMeta now) =>
        AllWishes.All(wish => string.Equals(old.Wish(wish), now.Wish(wish), StringComparison.Ordinal));

    private static bool StatusWiped(long? before, long? after) => before > 0 && after == 0;

    private static bool IsFirst<T>(ObjectChange<T> change)
        where T : class, IKubernetesResource => change.FromList && change.Old is null;

    private static bool Holds(ObjectMeta meta, string finalizer) =>
        meta.Finalizers.Contains(finalizer, StringComparer.Ordinal);

    // The first list is not enqueued piece by piece: EnqueueAll spreads it when passes may start.
    private void Enqueue(InstallationKey installation, bool isFirst)
    {
        if (!isFirst)
        {
            queue.Add(installation);
        }
        else if (cluster.IsSynced)
        {
            queue.Add(installation, WorkPriority.Resync);
        }
    }
}
