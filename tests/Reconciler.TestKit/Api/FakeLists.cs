using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>Lists in pages. The pages of one list show one moment: its snapshot is kept behind the continue token
/// until the token expires.</summary>
internal sealed class FakeLists(FakeStore store, FakeApiServerOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Version, IReadOnlyList<JsonObject> Objects)> _snapshots = [];
    private int _tokens;

    public JsonObject Page(FakeCollection collection, string space, FakeRequest request, bool metadataOnly)
    {
        var (version, objects, offset) = Source(collection, space, request);
        var limit = int.TryParse(request.QueryValue("limit"), out var asked) && asked > 0 ? asked : int.MaxValue;
        limit = Math.Min(limit, options.PageSizeMax);
        var page = objects.Skip(offset).Take(limit)
            .Select(item => metadataOnly ? FakeObject.MetadataOnly(item) : item.Copy());
        var meta = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        var remaining = objects.Count - offset - limit;
        if (limit != int.MaxValue && remaining > 0)
        {
            meta["continue"] = Token(version, objects, offset + limit);
            meta["remainingItemCount"] = remaining;
        }

        return new JsonObject
        {
            ["kind"] = metadataOnly ? "PartialObjectMetadataList" : collection.Kind + "List",
            ["apiVersion"] = metadataOnly ? "meta.k8s.io/v1" : collection.ApiVersion,
            ["metadata"] = meta,
            ["items"] = new JsonArray([.. page]),
        };
    }

    private (long Version, IReadOnlyList<JsonObject> Objects, int Offset) Source(
        FakeCollection collection, string space, FakeRequest request)
    {
        if (request.QueryValue("continue") is { } token)
        {
            return Continued(token);
        }

        if (long.TryParse(request.QueryValue("resourceVersion"), out var asked))
        {
            if (asked > store.Version)
            {
                throw FakeStatusException.TooLarge(asked, store.Version);
            }

            if (request.QueryValue("resourceVersionMatch") == "Exact" && asked < store.Compacted)
            {
                throw FakeStatusException.Expired("The resourceVersion for the provided list is too old.");
            }
        }

        var (version, all) = store.VersionedSnapshot(collection);
        return (version, all.Where(item => Selects(item, space, request)).ToList(), 0);
    }

    public static bool Selects(JsonObject item, string space, FakeRequest request) =>
        (space.Length == 0 || item.Namespace() == space)
        && FakeSelector.Matches(item, request.QueryValue("fieldSelector"), request.QueryValue("labelSelector"));

    private (long Version, IReadOnlyList<JsonObject> Objects, int Offset) Continued(string token)
    {
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(token)).Split(':');
        lock (_gate)
        {
            var (version, objects) = _snapshots[parts[0]];
            return version < store.Compacted
                ? throw FakeStatusException.Expired(
                    "The provided continue parameter is too old to display a consistent list result.")
                : (version, objects, int.Parse(parts[1]));
        }
    }

    private string Token(long version, IReadOnlyList<JsonObject> objects, int offset)
    {
        lock (_gate)
        {
            var id = $"{_tokens++}";
            _snapshots[id] = (version, objects);
            return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{offset}"));
        }
    }
}
