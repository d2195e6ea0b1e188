using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.Simulation.Kernel;

namespace Reconciler.Simulation.Cluster;

/// <summary>One committed change, as a watch tells it.</summary>
internal sealed record SimChange(long Version, string Type, SimKind Kind, string Id, SimObject Object);

/// <summary>
/// etcd and the API machinery's rules about it: one revision counter, compare-and-swap by resourceVersion, generation
/// on spec changes, finalizers, history with compaction. What is stored or was read is never mutated: whoever changes
/// an object changes a copy.
/// </summary>
internal sealed class SimStore(SimKernel kernel)
{
    private readonly Dictionary<string, SortedDictionary<string, SimObject>> _objects = new(StringComparer.Ordinal);
    private readonly List<SimChange> _history = [];

    public long Version { get; private set; } = 100;

    /// <summary>Oldest version a watch can still start from.</summary>
    public long Floor { get; private set; }

    /// <summary>Told of each commit, in order.</summary>
    public Action<SimChange>? Committed { get; set; }

    public IReadOnlyList<SimChange> History => _history;

    public SimObject? Get(SimKind kind, string id) => Of(kind).GetValueOrDefault(id);

    public JsonObject? Find(SimKind kind, string id) => Get(kind, id)?.Item;

    public IEnumerable<(string Id, SimObject Object)> List(SimKind kind, string? inNamespace) =>
        Of(kind).Where(pair => inNamespace is null || pair.Key.StartsWith(inNamespace + "/", StringComparison.Ordinal))
            .Select(static pair => (pair.Key, pair.Value));

    public IEnumerable<JsonObject> All(string plural) =>
        Of(SimKind.All.First(kind => kind.Plural == plural)).Values.Select(static stored => stored.Item);

    public SimObject Create(SimKind kind, string id, JsonObject item)
    {
        var metadata = Metadata(item);
        metadata["uid"] ??= Uid();
        metadata["generation"] = 1L;
        metadata["creationTimestamp"] ??= "2026-01-01T00:00:00Z";
        metadata["namespace"] = id.Split('/')[0];
        metadata["name"] = id.Split('/')[1];
        if (kind.HasStatus)
        {
            item.Remove("status");
        }

        item["apiVersion"] = kind.ApiVersion;
        item["kind"] = kind.Kind;
        return Commit("ADDED", kind, id, item);
    }

    /// <summary>Stores <paramref name="next"/> over <paramref name="current"/>; equal content commits
    /// nothing.</summary>
    public SimObject Update(SimKind kind, string id, JsonObject current, JsonObject next)
    {
        var metadata = Metadata(next);
        foreach (var kept in
            (string[])["uid", "generation", "creationTimestamp", "deletionTimestamp", "resourceVersion"])
        {
            metadata.Remove(kept);
            if (Metadata(current)[kept] is { } value)
            {
                metadata[kept] = value.DeepClone();
            }
        }

        if (JsonNode.DeepEquals(current, next))
        {
            return Of(kind)[id];
        }

        if (!JsonNode.DeepEquals(current["spec"], next["spec"]))
        {
            metadata["generation"] = (metadata["generation"]?.GetValue<long>() ?? 0) + 1;
        }

        return IsFinished(next) ? Remove(kind, id, next) : Commit("MODIFIED", kind, id, next);
    }

    /// <summary>Marks for deletion while finalizers stand, removes otherwise.</summary>
    public SimObject Delete(SimKind kind, string id, JsonObject current)
    {
        var next = current.DeepClone().AsObject();
        Metadata(next)["deletionTimestamp"] ??= "2026-01-01T00:00:00Z";
        if (Finalizers(next).Count == 0)
        {
            return Remove(kind, id, next);
        }

        return JsonNode.DeepEquals(current, next) ? Of(kind)[id] : Commit("MODIFIED", kind, id, next);
    }

    /// <summary>Writes behind the API's back, as a restore from backup does: any field, UIDs included.</summary>
    public void Restore(SimKind kind, string id, JsonObject? item)
    {
        if (Find(kind, id) is { } current)
        {
            Remove(kind, id, current);
        }

        if (item is not null)
        {
            Commit("ADDED", kind, id, item);
        }
    }

    /// <summary>Forgets history: watches and continue tokens from before now get 410.</summary>
    public void Compact()
    {
        Floor = Version;
        _history.Clear();
    }

    public static JsonObject Metadata(JsonObject item)
    {
        if (item["metadata"] is not JsonObject metadata)
        {
            item["metadata"] = metadata = [];
        }

        return metadata;
    }

    public static List<string> Finalizers(JsonObject item) =>
        [.. (Metadata(item)["finalizers"] as JsonArray ?? []).Select(static node => node!.GetValue<string>())];

    private static bool IsFinished(JsonObject item) =>
        Metadata(item)["deletionTimestamp"] is not null && Finalizers(item).Count == 0;

    private SortedDictionary<string, SimObject> Of(SimKind kind)
    {
        if (!_objects.TryGetValue(kind.Plural, out var objects))
        {
            _objects[kind.Plural] = objects = new SortedDictionary<string, SimObject>(StringComparer.Ordinal);
        }

        return objects;
    }

    private SimObject Remove(SimKind kind, string id, JsonObject last)
    {
        Of(kind).Remove(id);
        Stamp(last);
        var removed = new SimObject(last);
        Publish(new SimChange(Version, "DELETED", kind, id, removed));
        return removed;
    }

    private SimObject Commit(string type, SimKind kind, string id, JsonObject item)
    {
        Stamp(item);
        var stored = new SimObject(item);
        Of(kind)[id] = stored;
        Publish(new SimChange(Version, type, kind, id, stored));
        return stored;
    }

    private void Stamp(JsonObject item)
    {
        Version++;
        Metadata(item)["resourceVersion"] = Version.ToString(CultureInfo.InvariantCulture);
    }

    private void Publish(SimChange change)
    {
        _history.Add(change);
        kernel.Log("etcd", $"{change.Type} {change.Kind.Plural} {change.Id} rv={change.Version}");
        Committed?.Invoke(change);
    }

    private string Uid() => $"{kernel.Random.NextUInt64():x16}-{kernel.Random.Next(0x10000):x4}";
}
