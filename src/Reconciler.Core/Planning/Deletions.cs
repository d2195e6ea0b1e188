using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>What deleting a resource means for its remote module.</summary>
public static class Deletions
{
    /// <summary>
    /// True when the remote module stays behind: by the resource's policy, because it was abandoned, or because the
    /// installation's mode never deletes (as Crossplane does without the Delete policy). Suspension is no such case: it
    /// is temporary, and a module without a resource is found by nobody, so the finalizer waits. Flux would release
    /// here; its objects stay visible in the cluster, ours would not.
    /// </summary>
    public static bool MeansRelease(DesiredModule module, Installation installation) =>
        module.DeletionPolicy == DeletionPolicy.Orphan || module.Abandoned
            || installation.Mode != ManagementMode.Manage;
}
