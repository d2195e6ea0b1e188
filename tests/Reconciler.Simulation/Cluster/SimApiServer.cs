using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Cluster;

/// <summary>What hurts about the simulated API server; drawn by the swarm.</summary>
internal sealed record ApiServerKnobs
{
    public int PageSizeMax { get; init; } = 500;

    public double StaleListChance { get; init; }

    public double WatchDropChance { get; init; }

    public TimeSpan WatchLagMax { get; init; } = TimeSpan.FromMilliseconds(20);

    public bool WatchList { get; init; } = true;

    public TimeSpan BookmarkEvery { get; init; } = TimeSpan.FromSeconds(45);
}

/// <summary>
/// A Kubernetes API server as our client sees it: pages, watches with lag and drops, bookmarks, 410 after compaction,
/// compare-and-swap, finalizers, the status subresource. Requests arrive one at a time: it is linearizable.
/// </summary>
internal sealed class SimApiServer
{
    private readonly SimKernel _kernel;
    private readonly SimWatches _watches;

    public SimApiServer(SimKernel kernel, ApiServerKnobs knobs)
    {
        _kernel = kernel;
        Knobs = knobs;
        Store = new SimStore(kernel);
        _watches = new SimWatches(kernel, Store, () => Knobs);
        Store.Committed = _watches.Publish;
    }

    public ApiServerKnobs Knobs { get; set; }

    public SimStore Store { get; }

    public SimResponse Serve(SimRequest request)
    {
        if (SimPath.Parse(request.Path) is not { } path)
        {
            return Fault(404, "NotFound", $"no such path {request.Path}");
        }

        return (request.Method, path.Name) switch
        {
            ("GET", null) when request.Parameter("watch") == "true" => _watches.Open(path, request),
            ("GET", null) => List(path, request),
            ("GET", _) => Store.Get(path.Kind, path.Id) is { } item ? Item(200, item, request) : NotFound(path),
            ("POST", null) => Create(path, request, Body(request)),
            ("PUT", _) => Change(path, request, current => Replace(path, current, Body(request))),
            ("PATCH", _) => Change(path, request, current => Patch(path, current, request)),
            ("DELETE", _) => Store.Find(path.Kind, path.Id) is { } item
                ? Item(200, Store.Delete(path.Kind, path.Id, item), request)
                : NotFound(path),
            _ => Fault(405, "MethodNotAllowed", request.ToString()),
        };
    }

    public static SimResponse Fault(int code, string reason, string message) =>
        SimResponse.Json(
            code,
            new JsonObject
            {
                ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Failure", ["code"] = code,
                    ["reason"] = reason,
                ["message"] = message,
            }.ToJsonString());

    public static bool WantsMetadataOnly(SimRequest request) =>
        request.Header("accept")?.Contains("as=PartialObjectMetadata", StringComparison.Ordinal) == true;

    public static bool Selects(SimRequest request, string id) =>
        request.Parameter("fieldSelector") is not { } selector
        || selector.Split(',').All(term => !term.StartsWith("metadata.name=", StringComparison.Ordinal)
            || term["metadata.name=".Length..].TrimStart('=') == id.Split('/')[1]);

    private SimResponse List(SimPath path, SimRequest request)
    {
        var version = Store.Version;
        string? after = null;
        if (request.Parameter("continue") is { Length: > 0 } token)
        {
            var parts = token.Split('|', 2);
            version = long.Parse(parts[0], CultureInfo.InvariantCulture);
            after = parts[1];
            if (version < Store.Floor)
            {
                return Fault(410, "Expired", "The provided continue parameter is too old.");
            }
        }

        var limit = int.TryParse(request.Parameter("limit"), out var asked) && asked > 0 ? asked : int.MaxValue;
        var items = Store.List(path.Kind, path.Namespace)
            .Where(item => Selects(request, item.Id) && (after is null || string.CompareOrdinal(item.Id, after) > 0))
            .Take(Math.Min(limit, Knobs.PageSizeMax) + 1).ToList();
        var more = items.Count > Math.Min(limit, Knobs.PageSizeMax);
        var page = more ? items[..^1] : items;
        var next = more ? $",\"continue\":{JsonSerializer.Serialize($"{version}|{page[^1].Id}")}" : "";
        var head = $"{{\"kind\":\"{path.Kind.Kind}List\",\"apiVersion\":\"{path.Kind.ApiVersion}\","
            + $"\"metadata\":{{\"resourceVersion\":\"{version}\"{next}}},\"items\":[";
        var body = new ArrayBufferWriter<byte>(1024);
        body.Write(Encoding.UTF8.GetBytes(head));
        for (var i = 0; i < page.Count; i++)
        {
            body.Write(i == 0 ? default : ","u8);
            body.Write(page[i].Object.Bytes(WantsMetadataOnly(request)));
        }

        body.Write("]}"u8);
        return new SimResponse(HttpStatusCode.OK, body.WrittenSpan.ToArray());
    }

    private SimResponse Create(SimPath path, SimRequest request, JsonObject item)
    {
        var metadata = SimStore.Metadata(item);
        var name = metadata["name"]?.GetValue<string>()
            ?? metadata["generateName"]!.GetValue<string>()
                + _kernel.Random.Next(1_000_000).ToString(CultureInfo.InvariantCulture);
        var id = $"{path.Namespace}/{name}";
        return Store.Find(path.Kind, id) is null
            ? Item(201, Store.Create(path.Kind, id, item), request)
            : Fault(409, "AlreadyExists", $"{path.Kind.Plural} \"{name}\" already exists");
    }

    private SimResponse Change(SimPath path, SimRequest request, Func<JsonObject, JsonObject?> change)
    {
        if (Store.Find(path.Kind, path.Id) is not { } current)
        {
            return request.Header("content-type")?.Contains("apply-patch", StringComparison.Ordinal) == true
                && path.Subresource is null ? Create(path, request, Body(request)) : NotFound(path);
        }

        var next = change(current);
        return next is null
            ? Fault(409, "Conflict", "the object has been modified")
            : Item(200, Store.Update(path.Kind, path.Id, current, next), request);
    }

    private static JsonObject? Replace(SimPath path, JsonObject current, JsonObject next)
    {
        var expected = SimStore.Metadata(next)["resourceVersion"]?.GetValue<string>();
        if (expected is not null && expected != SimStore.Metadata(current)["resourceVersion"]!.GetValue<string>())
        {
            return null;
        }

        return OnlyThePart(path, current, next);
    }

    private static JsonObject? Patch(SimPath path, JsonObject current, SimRequest request)
    {
        var format = request.Header("content-type") ?? "";
        if (format.Contains("json-patch+json", StringComparison.Ordinal))
        {
            var next = current.DeepClone().AsObject();
            return SimPatch.TryApply(next, JsonNode.Parse(request.Body)!.AsArray())
                ? OnlyThePart(path, current, next) : null;
        }

        var patch = Body(request);
        var expected = patch["metadata"]?["resourceVersion"]?.GetValue<string>();
        if (expected is not null && expected != SimStore.Metadata(current)["resourceVersion"]!.GetValue<string>())
        {
            return null;
        }

        return OnlyThePart(path, current, SimPatch.Merge(current, patch)!.AsObject());
    }

    /// <summary>A status request changes status alone, any other request everything else.</summary>
    private static JsonObject OnlyThePart(SimPath path, JsonObject current, JsonObject next)
    {
        if (!path.Kind.HasStatus)
        {
            return next;
        }

        var kept = path.Subresource == "status" ? current.DeepClone().AsObject() : next;
        kept["status"] = (path.Subresource == "status" ? next : current)["status"]?.DeepClone();
        if (kept["status"] is null)
        {
            kept.Remove("status");
        }

        return kept;
    }

    private static SimResponse Item(int code, SimObject item, SimRequest request) =>
        new((HttpStatusCode)code, item.Bytes(WantsMetadataOnly(request)));

    private static SimResponse NotFound(SimPath path) =>
        Fault(404, "NotFound", $"{path.Kind.Plural} \"{path.Name}\" not found");

    private static JsonObject Body(SimRequest request) => JsonNode.Parse(request.Body)!.AsObject();
}
