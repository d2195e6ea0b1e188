using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// One handler. If it throws, the change is owed: it is delivered again after a backoff, joined with what has happened
/// since (W13). Every call happens under the informer's delivery lock, in the order of the changes.
/// </summary>
internal sealed class Subscription<T>(
    Action<ObjectChange<T>> handler,
    ObjectCache<T> cache,
    WorkQueue<ObjectKey> redeliveries,
    Action<ObjectKey, Exception> onFailure)
    where T : class, IKubernetesResource
{
    // By key, the state that the handler has last seen.
    private readonly Dictionary<ObjectKey, T?> _owed = [];

    public WorkQueue<ObjectKey> Redeliveries => redeliveries;

    public void Deliver_Locked(ObjectChange<T> change)
    {
        if (_owed.TryGetValue(change.Key, out var seen))
        {
            change = change with { Old = seen };
        }

        try
        {
            if (change.Old is not null || change.New is not null)
            {
                handler(change);
            }

            _owed.Remove(change.Key);
            redeliveries.Forget(change.Key);
        }
        catch (Exception exception)
        {
            _owed[change.Key] = change.Old;
            redeliveries.Retry(change.Key);
            onFailure(change.Key, exception);
        }
    }

    public void Redeliver_Locked(ObjectKey key)
    {
        if (_owed.TryGetValue(key, out var seen))
        {
            Deliver_Locked(new(key, seen, cache.Find(key), FromList: false));
        }
    }
}
