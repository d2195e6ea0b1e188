using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// One object went from <paramref name="Old"/> to <paramref name="New"/>. Old is null for a new object, New for a
/// deleted one; then Old is its last known state. Objects are shared and immutable.
/// </summary>
/// <param name="FromList">Found by a list and not by an event: nobody waits for it.</param>
public sealed record ObjectChange<T>(ObjectKey Key, T? Old, T? New, bool FromList)
    where T : class, IKubernetesResource
{
    /// <summary>
    /// False if only status or bookkeeping differs: same object, generation, finalizers, labels, annotations and
    /// deletion mark. Our own status writes come back as such changes; passing on them would never end (Q3).
    /// </summary>
    public bool IsMeaningful => Old is null || New is null || !SameIntent(Old.Metadata, New.Metadata);

    private static bool SameIntent(ObjectMeta old, ObjectMeta now) =>
        old.Uid == now.Uid
        && old.Generation == now.Generation
        && old.Generation != 0
        && old.IsDeleting == now.IsDeleting
        && old.Finalizers.SequenceEqual(now.Finalizers, StringComparer.Ordinal)
        && SameEntries(old.Labels, now.Labels)
        && SameEntries(old.Annotations, now.Annotations);

    private static bool SameEntries(IReadOnlyDictionary<string, string> old, IReadOnlyDictionary<string, string> now) =>
        old.Count == now.Count && old.All(pair => now.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
