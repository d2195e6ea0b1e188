using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// One object went from <paramref name="Old"/> to <paramref name="New"/>. Old is null for a new object, New for a
/// deleted one; then Old is its last known state. Objects are shared and immutable.
/// </summary>
/// <param name="FromList">Found by a list and not by an event: nobody waits for it.</param>
public sealed record ObjectChange<T>(ObjectKey Key, T? Old, T? New, bool FromList)
    where T : class, IKubernetesResource;
