using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.TestKit.InMemory;

/// <summary>How a server treats <c>sendInitialEvents</c>.</summary>
public enum StreamingListSupport
{
    Offered,
    Refused,
    Ignored,
}

/// <summary>One request as the server saw it.</summary>
public sealed record SeenRequest(HttpMethod Method, ApiRoute Route, TimeSpan At)
{
    public bool IsWatch => Route.Query["watch"] == "true";

    public bool IsList => Method == HttpMethod.Get && Route.Name.Length == 0 && !IsWatch;

    public string? Version => Route.Query["resourceVersion"];
}

/// <summary>
/// A Kubernetes API server in memory, as a handler without a socket: one resourceVersion counter, pages, watches with
/// resume, bookmarks, 410s and merge patches, under a given clock. It can page, drop, stall, lag and be down.
/// </summary>
public sealed class InMemoryApi(TimeProvider time) : HttpMessageHandler
{
    private readonly long _start = time.GetTimestamp();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Resource, string Line, JsonObject Object)> _history = [];
    private readonly List<(ApiRoute Route, EventStream Stream)> _watches = [];
    private readonly Dictionary<string, (string Version, JsonObject[] Items)> _snapshots = [];
    private readonly HashSet<string> _unserved = [];
    private int _uids;

    public long Version { get; private set; } = 100;

    /// <summary>Watches that resume below this get a 410.</summary>
    public long CompactedBelow { get; set; }

    /// <summary>The 410 of a watch comes as an ERROR event on an established stream.</summary>
    public bool ExpiresInStream { get; set; }

    public StreamingListSupport StreamingList { get; set; } = StreamingListSupport.Refused;

    public bool IsDown { get; set; }

    /// <summary>New watches are closed at once.</summary>
    public bool ClosesWatchesAtOnce { get; set; }

    /// <summary>How long an event takes from its commit to the watches.</summary>
    public TimeSpan WatchLag { get; set; }

    /// <summary>Answers instead of the server where it returns one; runs before the request has an effect.</summary>
    public Func<SeenRequest, HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>>? Intercept { get; set; }

    public List<SeenRequest> Requests { get; } = [];

    public IEnumerable<EventStream> OpenStreams =>
        _watches.Select(watch => watch.Stream).Where(stream => stream.IsOpen);

    public IEnumerable<JsonObject> Objects(string resource) =>
        _objects.Where(pair => pair.Key.StartsWith(resource + "|", StringComparison.Ordinal))
            .Select(pair => pair.Value);

    public JsonObject? Find(string resource, string space, string name) =>
        _objects.GetValueOrDefault(KeyOf(resource, space, name));

    /// <summary>Creates or replaces an object, as another client would.</summary>
    public JsonObject Put(string resource, string space, string name, JsonObject? content = null)
    {
        var key = KeyOf(resource, space, name);
        var isNew = !_objects.TryGetValue(key, out var present);
        var stored = (JsonObject?)content?.DeepClone() ?? [];
        var meta = stored["metadata"] as JsonObject ?? [];
        stored["metadata"] = meta;
        meta["name"] = name;
        meta["namespace"] = space;
        meta["uid"] = isNew ? $"uid-{++_uids}" : (string?)present!["metadata"]!["uid"];
        meta["generation"] ??= 1;
        meta["resourceVersion"] = (++Version).ToString();
        _objects[key] = stored;
        Commit(isNew ? "ADDED" : "MODIFIED", resource, stored);
        return stored;
    }

    public void Remove(string resource, string space, string name)
    {
        if (_objects.Remove(KeyOf(resource, space, name), out var gone))
        {
            gone = (JsonObject)gone.DeepClone();
            gone["metadata"]!["resourceVersion"] = (++Version).ToString();
            Commit("DELETED", resource, gone);
        }
    }

    /// <summary>The CRD is deleted: its objects go, its watches end, its paths are 404.</summary>
    public void Unserve(string resource)
    {
        _unserved.Add(resource);
        foreach (var key in _objects.Keys.Where(
            key => key.StartsWith(resource + "|", StringComparison.Ordinal)).ToArray())
        {
            _objects.Remove(key);
        }

        foreach (var (_, stream) in _watches.Where(watch => watch.Route.Resource == resource))
        {
            stream.End();
        }
    }

    public void Serve(string resource) => _unserved.Remove(resource);

    public void PushLine(string line)
    {
        foreach (var stream in OpenStreams.ToArray())
        {
            stream.Push(line + "\n");
        }
    }

    public void SendBookmarks() => PushLine(BookmarkLine(Version, endsInitial: false));

    public void EndWatches()
    {
        foreach (var stream in OpenStreams.ToArray())
        {
            stream.End();
        }
    }

    public static HttpResponseMessage Status(int code, string reason, string message)
    {
        var body = new JsonObject
        {
            ["kind"] = "Status", ["status"] = "Failure", ["code"] = code, ["reason"] = reason, ["message"] = message,
        };
        return new((HttpStatusCode)code)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused.");
        }

        var seen = new SeenRequest(request.Method, ApiRoute.Parse(request.RequestUri!), time.GetElapsedTime(_start));
        Requests.Add(seen);
        if (Intercept is not null && await Intercept(seen, request, cancellationToken) is { } answer)
        {
            return answer;
        }

        return await AnswerAsync(request, seen, cancellationToken);
    }

    private async Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, SeenRequest seen, CancellationToken cancellationToken)
    {
        var route = seen.Route;
        if (_unserved.Contains(route.Resource))
        {
            return Status(404, "NotFound", "the server could not find the requested resource");
        }

        if (request.Method == HttpMethod.Get)
        {
            return seen.IsWatch ? Watch(route) : route.Name.Length == 0 ? List(route) : Present(route, Find(route));
        }

        var body = request.Content is null
            ? null
            : JsonNode.Parse(await ReadAsync(request.Content, cancellationToken)) as JsonObject;
        return request.Method.Method switch
        {
            "POST" => Create(route, body!),
            "PUT" or "PATCH" => Change(route, body!, isMerge: request.Method == HttpMethod.Patch),
            "DELETE" => Delete(route),
            _ => Status(405, "MethodNotAllowed", "no such method here"),
        };
    }

    private HttpResponseMessage Create(ApiRoute route, JsonObject body)
    {
        var name = (string?)body["metadata"]?["name"] ?? "";
        return Find(route.Resource, route.Namespace, name) is not null
            ? Status(409, "AlreadyExists", $"{route.Resource} \"{name}\" already exists")
            : Json(Put(route.Resource, route.Namespace, name, body));
    }

    private HttpResponseMessage Change(ApiRoute route, JsonObject body, bool isMerge)
    {
        if (Find(route) is not { } present)
        {
            return Present(route, null);
        }

        var asked = (string?)body["metadata"]?["resourceVersion"];
        if (asked is not null && asked != (string?)present["metadata"]!["resourceVersion"])
        {
            return Status(
                409, "Conflict", "the object has been modified; please apply your changes to the latest version");
        }

        var merged = isMerge ? Merge((JsonObject)present.DeepClone(), body) : body;
        return Json(Put(route.Resource, route.Namespace, route.Name, merged));
    }

    private HttpResponseMessage Delete(ApiRoute route)
    {
        var present = Find(route);
        Remove(route.Resource, route.Namespace, route.Name);
        return Present(route, present);
    }

    private HttpResponseMessage List(ApiRoute route)
    {
        var token = route.Query["continue"];
        var (id, offset) = token is null
            ? ($"list-{Version}", 0)
            : (token[..token.IndexOf('@')], int.Parse(token[(token.IndexOf('@') + 1)..]));
        if (token is null)
        {
            _snapshots[id] = (Version.ToString(), Matching(route).ToArray());
        }

        if (!_snapshots.TryGetValue(id, out var snapshot))
        {
            return Status(410, "Expired", "The provided continue parameter is too old");
        }

        var limit = int.Parse(route.Query["limit"] ?? "100000");
        var page = snapshot.Items.Skip(offset).Take(limit).Select(item => item.DeepClone()).ToArray();
        var meta = new JsonObject { ["resourceVersion"] = snapshot.Version };
        if (offset + limit < snapshot.Items.Length)
        {
            meta["continue"] = $"{id}@{offset + limit}";
        }

        return Json(new JsonObject { ["metadata"] = meta, ["items"] = new JsonArray(page) });
    }

    /// <summary>Makes every continue token expire.</summary>
    public void ExpireLists() => _snapshots.Clear();

    private HttpResponseMessage Watch(ApiRoute route)
    {
        var wantsInitial = route.Query["sendInitialEvents"] == "true";
        if (wantsInitial && StreamingList == StreamingListSupport.Refused)
        {
            return Status(
                422, "Invalid",
                "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
        }

        var from = long.Parse(route.Query["resourceVersion"] ?? "0");
        var stream = new EventStream();
        if (from != 0 && from < CompactedBelow)
        {
            const string Message = "too old resource version";
            if (!ExpiresInStream)
            {
                return Status(410, "Expired", Message);
            }

            stream.Push(
                """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}"""
                + "\n");
            stream.End();
        }
        else
        {
            Replay(route, stream, from, wantsInitial);
            _watches.RemoveAll(watch => !watch.Stream.IsOpen);
            _watches.Add((route, stream));
        }

        if (ClosesWatchesAtOnce)
        {
            stream.End();
        }

        return new(HttpStatusCode.OK) { Content = new StreamContent(stream) };
    }

    private void Replay(ApiRoute route, EventStream stream, long from, bool wantsInitial)
    {
        if (from == 0)
        {
            foreach (var item in Matching(route))
            {
                stream.Push(Line("ADDED", item));
            }

            if (wantsInitial && StreamingList == StreamingListSupport.Offered)
            {
                stream.Push(BookmarkLine(Version, endsInitial: true) + "\n");
            }

            return;
        }

        foreach (var entry in _history.Where(
            entry => entry.Version > from && Covers(route, entry.Resource, entry.Object)))
        {
            stream.Push(entry.Line);
        }
    }

    private void Commit(string type, string resource, JsonObject item)
    {
        var copy = (JsonObject)item.DeepClone();
        var line = Line(type, copy);
        _history.Add((Version, resource, line, copy));
        foreach (var (route, stream) in _watches.Where(watch => Covers(watch.Route, resource, copy)).ToArray())
        {
            if (WatchLag == TimeSpan.Zero)
            {
                stream.Push(line);
            }
            else
            {
                time.CreateTimer(_ => stream.Push(line), null, WatchLag, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private IEnumerable<JsonObject> Matching(ApiRoute route) =>
        Objects(route.Resource).Where(item => Covers(route, route.Resource, item));

    private static bool Covers(ApiRoute route, string resource, JsonObject item) => route.Resource == resource
        && route.Covers((string?)item["metadata"]!["namespace"] ?? "", (string?)item["metadata"]!["name"] ?? "");

    private JsonObject? Find(ApiRoute route) => Find(route.Resource, route.Namespace, route.Name);

    private static HttpResponseMessage Present(ApiRoute route, JsonObject? item) => item is not null
        ? Json(item)
        : Status(404, "NotFound", $"{route.Resource} \"{route.Name}\" not found");

    private static HttpResponseMessage Json(JsonObject body) =>
        new(HttpStatusCode.OK) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };

    private static string Line(string type, JsonObject item) =>
        $$"""{"type":"{{type}}","object":{{item.ToJsonString()}}}""" + "\n";

    private static string BookmarkLine(long version, bool endsInitial)
    {
        var meta = new JsonObject { ["resourceVersion"] = version.ToString() };
        if (endsInitial)
        {
            meta["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        return new JsonObject { ["type"] = "BOOKMARK", ["object"] = new JsonObject { ["metadata"] = meta } }
            .ToJsonString();
    }

    private static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            target[name] = value is JsonObject inner && target[name] is JsonObject present
                ? Merge((JsonObject)present.DeepClone(), inner)
                : value?.DeepClone();
            if (value is null)
            {
                target.Remove(name);
            }
        }

        return target;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    private static string KeyOf(string resource, string space, string name) => $"{resource}|{space}|{name}";
}
