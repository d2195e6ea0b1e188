using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Informers;

/// <summary>Finds cached objects by a value that a function reads from them, e.g. modules by installation.</summary>
public sealed class ObjectIndex<T, TValue>
    where T : class, IKubernetesResource
    where TValue : notnull
{
    private readonly Dictionary<TValue, Dictionary<ObjectKey, T>> _objects = [];
    private readonly Func<T, IEnumerable<TValue>> _values;
    private readonly Lock _gate;

    internal ObjectIndex(Func<T, IEnumerable<TValue>> values, Lock gate)
    {
        _values = values;
        _gate = gate;
    }

    /// <summary>The objects with this value, by key; a snapshot.</summary>
    public IReadOnlyList<T> Find(TValue value)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(value, out var found) ? ObjectKeyOrder.Sort(found.Values) : [];
        }
    }

    internal void Replace_Locked(T? old, T? now)
    {
        foreach (var value in old is null ? [] : _values(old))
        {
            if (_objects.TryGetValue(value, out var found) && found.Remove(old!.Metadata.Key) && found.Count == 0)
            {
                _objects.Remove(value);
            }
        }

        foreach (var value in now is null ? [] : _values(now))
        {
            if (!_objects.TryGetValue(value, out var found))
            {
                _objects.Add(value, found = []);
            }

            found[now!.Metadata.Key] = now;
        }
    }
}
