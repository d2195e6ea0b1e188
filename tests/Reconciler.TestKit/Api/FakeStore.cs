using System.Globalization;
using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>
/// The state behind the fake: objects, one counter of versions, and the history of events that a watch can still be
/// resumed from. Every member locks; events are handed out under the lock, so watches see them in order.
/// </summary>
internal sealed class FakeStore
{
    private static readonly string[] ServerOwned =
        ["uid", "creationTimestamp", "deletionTimestamp", "generation", "resourceVersion"];

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<FakeEvent> _history = [];
    private readonly List<Action<FakeEvent>> _watchers = [];
    private long _version = 1000;
    private int _uids;

    public long Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    /// <summary>Versions below this one cannot be watched or continued from any more.</summary>
    public long Compacted { get; private set; }

    public void Compact()
    {
        lock (_gate)
        {
            // A compaction is itself a revision: even who has seen everything so far is now too old.
            Compacted = ++_version;
            _history.Clear();
        }
    }

    public IReadOnlyList<JsonObject> Snapshot(FakeCollection collection)
    {
        lock (_gate)
        {
            return Objects_Locked(collection).ToList();
        }
    }

    public (long Version, IReadOnlyList<JsonObject> Objects) VersionedSnapshot(FakeCollection collection)
    {
        lock (_gate)
        {
            return (_version, Objects_Locked(collection).ToList());
        }
    }

    public JsonObject? Find(FakeCollection collection, string space, string name)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(Key(collection, space, name));
        }
    }

    public JsonObject Put(FakeCollection collection, JsonObject source)
    {
        lock (_gate)
        {
            var old = _objects.GetValueOrDefault(Key(collection, source.Namespace(), source.Name()));
            return old is null
                ? Create(collection, source)
                : Update(collection, old, source, withStatus: true, checkVersion: false);
        }
    }

    public JsonObject Edit(FakeCollection collection, string space, string name, Action<JsonObject> change)
    {
        lock (_gate)
        {
            var key = Key(collection, space, name);
            var next = (_objects.GetValueOrDefault(key) ?? throw FakeStatusException.NotFound(key)).Copy();
            change(next);
            return Put(collection, next);
        }
    }

    public JsonObject Create(FakeCollection collection, JsonObject source)
    {
        lock (_gate)
        {
            var created = source.Copy();
            var meta = created.Meta();
            if (meta["name"] is null && meta["generateName"] is { } prefix)
            {
                meta["name"] = $"{prefix.GetValue<string>()}{_uids:x5}";
            }

            var key = Key(collection, created.Namespace(), created.Name());
            if (_objects.ContainsKey(key))
            {
                throw new FakeStatusException(
                    409, "AlreadyExists", $"{collection.Path} \"{created.Name()}\" already exists");
            }

            created["apiVersion"] = collection.ApiVersion;
            created["kind"] = collection.Kind;
            meta["uid"] = $"00000000-0000-4000-8000-{++_uids:x12}";
            meta["creationTimestamp"] = "2026-01-01T00:00:00Z";
            meta["generation"] = 1L;
            return Store_Locked(collection, key, created, "ADDED");
        }
    }

    public JsonObject Update(
        FakeCollection collection, JsonObject old, JsonObject source, bool withStatus, bool checkVersion = true)
    {
        lock (_gate)
        {
            var key = Key(collection, old.Namespace(), old.Name());
            var current = _objects.GetValueOrDefault(key) ?? throw FakeStatusException.NotFound(key);
            if (checkVersion
                && source.ResourceVersion() is { Length: > 0 } version
                && version != current.ResourceVersion())
            {
                throw FakeStatusException.Conflict(old.Name());
            }

            var next = source.Copy();
            foreach (var kept in ServerOwned)
            {
                next.Meta()[kept] = current.Meta()[kept]?.DeepClone();
            }

            next.Meta().Remove(current.Meta()["deletionTimestamp"] is null ? "deletionTimestamp" : "");
            next["apiVersion"] = collection.ApiVersion;
            next["kind"] = collection.Kind;
            if (collection.HasStatus && !withStatus)
            {
                next["status"] = current["status"]?.DeepClone();
            }

            if (next["status"] is null)
            {
                next.Remove("status");
            }

            return Replace_Locked(collection, key, current, next);
        }
    }

    public JsonObject? Delete(FakeCollection collection, string space, string name, JsonObject? preconditions)
    {
        lock (_gate)
        {
            var key = Key(collection, space, name);
            var current = _objects.GetValueOrDefault(key) ?? throw FakeStatusException.NotFound(key);
            if ((preconditions?["uid"] is { } uid && uid.GetValue<string>() != current.Meta().Text("uid"))
                || (preconditions?["resourceVersion"] is { } version
                    && version.GetValue<string>() != current.ResourceVersion()))
            {
                throw FakeStatusException.Conflict(name);
            }

            if (current.Meta()["finalizers"] is not JsonArray { Count: > 0 })
            {
                Remove(collection, space, name);
                return current;
            }

            if (current.Meta()["deletionTimestamp"] is not null)
            {
                return current;
            }

            var next = current.Copy();
            next.Meta()["deletionTimestamp"] = "2026-01-02T00:00:00Z";
            next.Meta()["generation"] = Generation(next) + 1;
            return Store_Locked(collection, key, next, "MODIFIED");
        }
    }

    public void Remove(FakeCollection collection, string space, string name)
    {
        lock (_gate)
        {
            var key = Key(collection, space, name);
            if (_objects.Remove(key, out var last))
            {
                var tombstone = last.Copy();
                tombstone.Meta()["resourceVersion"] = Next_Locked();
                Publish_Locked(new FakeEvent(_version, collection.Path, "DELETED", tombstone));
            }
        }
    }

    /// <summary>Replays what came after <paramref name="since"/> and then hands out each event as it happens. Null:
    /// from now on, after <paramref name="first"/> saw the whole state.</summary>
    public IDisposable Subscribe(
        FakeCollection collection,
        long? since,
        Action<long, IReadOnlyList<JsonObject>> first,
        Action<FakeEvent> handler)
    {
        lock (_gate)
        {
            if (since is { } version)
            {
                _history.Where(happened => happened.Version > version).ToList().ForEach(handler);
            }
            else
            {
                first(_version, Objects_Locked(collection).ToList());
            }

            _watchers.Add(handler);
            return new Subscription(this, handler);
        }
    }

    private static string Key(FakeCollection collection, string space, string name) =>
        $"{collection.Path}|{space}|{name}";

    private IEnumerable<JsonObject> Objects_Locked(FakeCollection collection) =>
        _objects.Where(pair => pair.Key.StartsWith($"{collection.Path}|", StringComparison.Ordinal))
            .Select(pair => pair.Value);

    private JsonObject Replace_Locked(FakeCollection collection, string key, JsonObject current, JsonObject next)
    {
        // An update that changes nothing is not an event: the real server writes nothing either.
        if (JsonNode.DeepEquals(current, next))
        {
            return current;
        }

        if (!SpecEquals(current, next))
        {
            next.Meta()["generation"] = Generation(current) + 1;
        }

        if (next.Meta()["deletionTimestamp"] is not null && next.Meta()["finalizers"] is not JsonArray { Count: > 0 })
        {
            _objects[key] = next;
            Remove(collection, next.Namespace(), next.Name());
            return next;
        }

        return Store_Locked(collection, key, next, "MODIFIED");
    }

    private JsonObject Store_Locked(FakeCollection collection, string key, JsonObject next, string type)
    {
        next.Meta()["resourceVersion"] = Next_Locked();
        _objects[key] = next;
        Publish_Locked(new FakeEvent(_version, collection.Path, type, next));
        return next;
    }

    private string Next_Locked() => (++_version).ToString(CultureInfo.InvariantCulture);

    private void Publish_Locked(FakeEvent happened)
    {
        _history.Add(happened);
        _watchers.ForEach(handler => handler(happened));
    }

    private static long Generation(JsonObject source) => (long)source.Copy().Meta()["generation"]!;

    private static bool SpecEquals(JsonObject one, JsonObject other)
    {
        static JsonObject Spec(JsonObject source)
        {
            var copy = source.Copy();
            copy.Remove("metadata");
            copy.Remove("status");
            return copy;
        }

        return JsonNode.DeepEquals(Spec(one), Spec(other));
    }

    private sealed class Subscription(FakeStore store, Action<FakeEvent> handler) : IDisposable
    {
        public void Dispose()
        {
            lock (store._gate)
            {
                store._watchers.Remove(handler);
            }
        }
    }
}

/// <summary>One change, as the watches see it.</summary>
internal sealed record FakeEvent(long Version, string Collection, string Type, JsonObject Object);
