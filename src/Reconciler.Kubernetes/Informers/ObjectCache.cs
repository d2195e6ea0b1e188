using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// The last known state of the watched objects. One writer (its informer), any number of readers. Objects are handed
/// out as they are: they are immutable.
/// </summary>
/// <remarks>
/// Guarantees: a list becomes visible at once, when it is complete; what it did not hold yields deletions with their
/// last known state. An object never goes back to an older version, and after <see cref="Informer{T}.ObserveWrite"/>
/// readers see that version or a later one, until a later state says otherwise.
/// <para>Caveat: versions that have no order (see <see cref="ResourceVersionOrder"/>) are taken as they come, and own
/// writes then become visible only by the watch.</para>
/// </remarks>
public sealed class ObjectCache<T>
    where T : class, IKubernetesResource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, T> _objects = [];
    private readonly List<Action<T?, T?>> _indexes = [];

    // Objects whose version came from our own write or read and not yet by the watch.
    private readonly HashSet<ObjectKey> _ahead = [];

    // Keys with a GET under way that no event has overtaken.
    private readonly HashSet<ObjectKey> _reading = [];
    private Dictionary<ObjectKey, T>? _staged;
    private HashSet<ObjectKey> _stagedUnknown = [];
    private string _seen = "";

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _objects.Count;
            }
        }
    }

    /// <summary>The object, or null if there is none (as far as is known).</summary>
    public T? Find(ObjectKey key)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(key);
        }
    }

    /// <summary>All objects, by key; a snapshot.</summary>
    public IReadOnlyList<T> List()
    {
        lock (_gate)
        {
            return ObjectKeyOrder.Sort(_objects.Values);
        }
    }

    /// <summary>Adds an index; what is cached already is indexed at once.</summary>
    /// <param name="values">Pure and cheap: it runs for each change, under the cache's lock.</param>
    public ObjectIndex<T, TValue> AddIndex<TValue>(Func<T, IEnumerable<TValue>> values)
        where TValue : notnull
    {
        lock (_gate)
        {
            var index = new ObjectIndex<T, TValue>(values, _gate);
            foreach (var present in _objects.Values)
            {
                index.Replace_Locked(null, present);
            }

            _indexes.Add(index.Replace_Locked);
            return index;
        }
    }

    internal void BeginList()
    {
        lock (_gate)
        {
            _staged = [];
            _stagedUnknown = [];
        }
    }

    internal void Stage(IReadOnlyList<T> objects, IEnumerable<ObjectKey> unknown)
    {
        lock (_gate)
        {
            foreach (var item in objects)
            {
                _staged![item.Metadata.Key] = item;
            }

            _stagedUnknown.UnionWith(unknown);
        }
    }

    /// <summary>Swaps the staged list in and returns what differs, by key.</summary>
    internal IReadOnlyList<ObjectChange<T>> CompleteList(string version)
    {
        lock (_gate)
        {
            var staged = _staged ?? [];
            var changes = new List<ObjectChange<T>>();
            foreach (var key in staged.Keys.Union(_objects.Keys).Order(ObjectKeyOrder.Comparer))
            {
                var now = Merge_Locked(key, staged.GetValueOrDefault(key), version);
                Set_Locked(key, now, fromList: true, changes);
            }

            // A second list in a row is believed in any case, also after a restore that turned versions back.
            _ahead.Clear();
            _staged = null;
            _seen = version;
            return changes;
        }
    }

    /// <summary>An event's object. Initial events of a stream are staged.</summary>
    internal IReadOnlyList<ObjectChange<T>> Apply(T item)
    {
        lock (_gate)
        {
            var meta = item.Metadata;
            if (_staged is not null)
            {
                _staged[meta.Key] = item;
                return [];
            }

            _seen = meta.ResourceVersion;
            _reading.Remove(meta.Key);
            if (_objects.TryGetValue(meta.Key, out var present)
                && ResourceVersionOrder.Compare(meta.ResourceVersion, present.Metadata.ResourceVersion) <= 0)
            {
                ConfirmAhead_Locked(meta);
                return [];
            }

            _ahead.Remove(meta.Key);
            return Set_Locked(meta.Key, item, fromList: false, []);
        }
    }

    internal IReadOnlyList<ObjectChange<T>> Delete(T item)
    {
        lock (_gate)
        {
            var meta = item.Metadata;
            if (_staged is not null)
            {
                _staged.Remove(meta.Key);
                return [];
            }

            _seen = meta.ResourceVersion;
            _reading.Remove(meta.Key);
            if (!_objects.TryGetValue(meta.Key, out var present)
                || (present.Metadata.Uid != meta.Uid
                    && ResourceVersionOrder.IsLater(present.Metadata.ResourceVersion, meta.ResourceVersion)))
            {
                return [];
            }

            _ahead.Remove(meta.Key);
            return Set_Locked(meta.Key, null, fromList: false, []);
        }
    }

    internal void AdvanceTo(string version)
    {
        lock (_gate)
        {
            _seen = version;
        }
    }

    /// <summary>The answer to a write of ours.</summary>
    internal IReadOnlyList<ObjectChange<T>> ApplyWrite(T item)
    {
        lock (_gate)
        {
            // If the watch has passed this version and the object is not here, it has been deleted since.
            var key = item.Metadata.Key;
            var known = _objects.TryGetValue(key, out var present) ? present.Metadata.ResourceVersion : _seen;
            if (!ResourceVersionOrder.IsLater(item.Metadata.ResourceVersion, known))
            {
                return [];
            }

            _ahead.Add(key);
            return Set_Locked(key, item, fromList: false, []);
        }
    }

    /// <summary>A GET is about to be sent. An event for the key that comes before its answer makes it void.</summary>
    internal void BeginRead(ObjectKey key)
    {
        lock (_gate)
        {
            _reading.Add(key);
        }
    }

    /// <summary>The answer to the GET; null if there is no such object.</summary>
    internal IReadOnlyList<ObjectChange<T>> CompleteRead(ObjectKey key, T? item)
    {
        lock (_gate)
        {
            var present = _objects.GetValueOrDefault(key);
            if (!_reading.Remove(key)
                || (item is not null && present is not null && ResourceVersionOrder.IsLater(
                    present.Metadata.ResourceVersion, item.Metadata.ResourceVersion)))
            {
                return [];
            }

            _ahead.Remove(key);
            if (item is not null)
            {
                _ahead.Add(key);
            }

            return Set_Locked(key, item, fromList: false, []);
        }
    }

    private T? Merge_Locked(ObjectKey key, T? listed, string version)
    {
        var present = _objects.GetValueOrDefault(key);
        if (present is null || (listed is null && _stagedUnknown.Contains(key)))
        {
            return listed ?? present;
        }

        var listedVersion = listed?.Metadata.ResourceVersion ?? version;
        var isAhead = _ahead.Contains(key)
            && ResourceVersionOrder.IsLater(present.Metadata.ResourceVersion, listedVersion);
        return isAhead ? present : listed;
    }

    private void ConfirmAhead_Locked(ObjectMeta meta)
    {
        if (_objects[meta.Key].Metadata.ResourceVersion == meta.ResourceVersion)
        {
            _ahead.Remove(meta.Key);
        }
    }

    private List<ObjectChange<T>> Set_Locked(ObjectKey key, T? now, bool fromList, List<ObjectChange<T>> changes)
    {
        var old = _objects.GetValueOrDefault(key);
        if (ReferenceEquals(old, now) || old?.Metadata.ResourceVersion == now?.Metadata.ResourceVersion)
        {
            return changes;
        }

        foreach (var index in _indexes)
        {
            index(old, now);
        }

        if (now is null)
        {
            _objects.Remove(key);
        }
        else
        {
            _objects[key] = now;
        }

        if (old is not null && now is not null && old.Metadata.Uid != now.Metadata.Uid)
        {
            // Deleted and made again under the same name: two objects, two changes (Q5).
            changes.Add(new(key, old, null, fromList));
            old = null;
        }

        changes.Add(new(key, old, now, fromList));
        return changes;
    }
}
