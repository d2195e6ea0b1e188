using System.Text.Json.Nodes;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Remote;

/// <summary>What hurts about the simulated Forge v2 remote; drawn by the swarm.</summary>
internal sealed record RemoteKnobs
{
    public int Quota { get; init; } = 100;

    public int PageSizeMax { get; init; } = 100;

    /// <summary>A list may lag this far behind a commit (ε must cover it).</summary>
    public TimeSpan ListLagMax { get; init; } = TimeSpan.Zero;

    public bool AddsDefaults { get; init; }

    public double ThrottleChance { get; init; }

    public bool EmptyPages { get; init; }

    /// <summary>A list may leave out a module that somebody knows to exist (T9), as a shadowed one is.</summary>
    public double OmitChance { get; init; }
}

/// <summary>One module the remote holds, and what the checkers need to know of its origin.</summary>
internal sealed record SimModule(string Key, string Type, string Data)
{
    /// <summary>The attempt that made it; null for a foreign actor's.</summary>
    public string? Attempt { get; init; }

    public TimeSpan ListedFrom { get; init; }
}

/// <summary>One request that changed or tried to change the remote, for the checkers.</summary>
internal sealed record SimWrite(
    TimeSpan At, string Method, string? Key, string? Attempt, int Status, string Process, int CountBefore);

/// <summary>Forge Dynamic Modules v2 in memory (protocol §2), with the oddities the crash-safety protocol must
/// survive.</summary>
internal sealed class SimRemote(SimKernel kernel, RemoteKnobs knobs)
{
    public const string Collection = "/forge/installation/v2/dynamic/module";

    private readonly SortedDictionary<string, SimModule> _modules = new(StringComparer.Ordinal);
    private readonly List<(TimeSpan Until, SimModule Module)> _ghosts = [];

    public RemoteKnobs Knobs { get; set; } = knobs;

    /// <summary>Which modules lists may leave out without breaking A3.</summary>
    public Func<string, bool> MayOmit { get; set; } = static _ => false;

    public string Token { get; set; } = "sim-token";

    public IReadOnlyCollection<SimModule> Modules => _modules.Values;

    public List<SimWrite> Writes { get; } = [];

    /// <summary>Counts what changed what it holds.</summary>
    public int Changes { get; private set; }

    public int Reads { get; private set; }

    public SimResponse Serve(SimRequest request)
    {
        if (request.Header("authorization") != $"Bearer {Token}")
        {
            return SimResponse.Json(401, """{"message":"Authorization failed"}""");
        }

        if (kernel.Random.Chance(Knobs.ThrottleChance))
        {
            var throttled = SimResponse.Json(429, """{"message":"Too many requests"}""");
            throttled.Headers["Retry-After"] = "2";
            return throttled;
        }

        var path = request.Path.TrimEnd('/');
        var key = path.Length > Collection.Length ? Uri.UnescapeDataString(path[(Collection.Length + 1)..]) : null;
        return (request.Method, key) switch
        {
            ("GET", null) => List(request),
            ("GET", _) => Get(key),
            ("POST", null) => Logged(request, null, Create(request)),
            ("PUT", not null) => Logged(request, key, Update(key, request)),
            ("DELETE", not null) => Logged(request, key, Delete(key)),
            _ => Logged(request, key, SimResponse.Json(405, """{"message":"Method not allowed"}""")),
        };
    }

    public SimModule? Find(string key) => _modules.GetValueOrDefault(key);

    /// <summary>A foreign actor registers a module.</summary>
    public SimModule ForeignCreate(string type, string data)
    {
        var module = new SimModule(NewKey(), type, data);
        Hold(module);
        kernel.Log("foreign", $"creates {module.Key} {type} {data}");
        return module;
    }

    public void ForeignUpdate(string key, string data)
    {
        kernel.Log("foreign", $"updates {key} {data}");
        Hold(_modules[key] with { Data = data });
    }

    public void ForeignDelete(string key)
    {
        kernel.Log("foreign", $"deletes {key}");
        _modules.Remove(key);
        Changes++;
    }

    private void Hold(SimModule module)
    {
        _modules[module.Key] = module;
        Changes++;
    }

    private SimResponse Create(SimRequest request)
    {
        if (_modules.Count >= Knobs.Quota)
        {
            return SimResponse.Json(422, """{"message":"Maximum number of dynamic modules (100) exceeded"}""");
        }

        var body = JsonNode.Parse(request.Body)!.AsObject();
        var module = new SimModule(NewKey(), body["type"]!.GetValue<string>(), WithDefaults(body["data"]!.AsObject()))
        {
            Attempt = request.Header("x-reconciler-attempt"),
            ListedFrom = kernel.Now + kernel.Random.Between(TimeSpan.Zero, Knobs.ListLagMax),
        };
        Hold(module);
        kernel.Log("remote", $"holds {module.Key} of {module.Attempt}");
        return SimResponse.Json(201, Show(module));
    }

    private SimResponse Update(string key, SimRequest request)
    {
        if (!_modules.TryGetValue(key, out var module))
        {
            return SimResponse.Json(404, """{"message":"Dynamic module not found"}""");
        }

        var body = JsonNode.Parse(request.Body)!.AsObject();
        module = module with { Type = body["type"]!.GetValue<string>(), Data = WithDefaults(body["data"]!.AsObject()) };
        Hold(module);
        return SimResponse.Json(200, Show(module));
    }

    private SimResponse Delete(string key)
    {
        if (!_modules.Remove(key, out var module))
        {
            return SimResponse.Json(404, """{"message":"Dynamic module not found"}""");
        }

        Changes++;
        if (Knobs.ListLagMax > TimeSpan.Zero)
        {
            _ghosts.Add((kernel.Now + kernel.Random.Between(TimeSpan.Zero, Knobs.ListLagMax), module));
        }

        return SimResponse.Json(204, "");
    }

    private SimResponse Get(string key)
    {
        Reads++;
        return _modules.TryGetValue(key, out var module)
            ? SimResponse.Json(200, Show(module))
            : SimResponse.Json(404, """{"message":"Dynamic module not found"}""");
    }

    private SimResponse List(SimRequest request)
    {
        Reads++;
        _ghosts.RemoveAll(ghost => ghost.Until <= kernel.Now);
        var after = request.Parameter("nextPageToken") ?? "";
        if (Knobs.EmptyPages && after.Length == 0 && kernel.Random.Chance(0.3))
        {
            return SimResponse.Json(200, """{"result":[],"lastEvaluatedKey":"!"}""");
        }

        var limit = int.TryParse(request.Parameter("limit"), out var asked)
            ? Math.Min(asked, Knobs.PageSizeMax) : Knobs.PageSizeMax;
        var visible = _modules.Values.Where(module => module.ListedFrom <= kernel.Now)
            .Concat(_ghosts.Select(static ghost => ghost.Module)).DistinctBy(static module => module.Key)
            .Where(module => string.CompareOrdinal(module.Key, after) > 0 && !Omits(module.Key))
            .OrderBy(static module => module.Key, StringComparer.Ordinal).ToList();
        var page = visible.Take(limit).ToList();
        var items = string.Join(',', page.Select(Show));
        return visible.Count > page.Count
            ? SimResponse.Json(200, $$"""{"result":[{{items}}],"lastEvaluatedKey":"{{page[^1].Key}}"}""")
            : SimResponse.Json(200, $"[{items}]");
    }

    private bool Omits(string key) =>
        Knobs.OmitChance > 0 && kernel.Random.Chance(Knobs.OmitChance) && MayOmit(key);

    private SimResponse Logged(SimRequest request, string? key, SimResponse response)
    {
        var created = request.Method == "POST" && (int)response.Status == 201
            ? JsonNode.Parse(response.Body)!["key"]!.GetValue<string>()
            : key;
        Writes.Add(new SimWrite(
            kernel.Now, request.Method, created, request.Header("x-reconciler-attempt"), (int)response.Status,
            request.Process, _modules.Count));
        return response;
    }

    private string WithDefaults(JsonObject data)
    {
        data.Remove("key");
        if (Knobs.AddsDefaults)
        {
            data["zDefault"] = new JsonObject { ["enabled"] = true };
        }

        return data.ToJsonString();
    }

    private static string Show(SimModule module)
    {
        var data = JsonNode.Parse(module.Data)!.AsObject();
        data["key"] = module.Key;
        return new JsonObject { ["key"] = module.Key, ["type"] = module.Type, ["data"] = data }.ToJsonString();
    }

    private string NewKey()
    {
        var (a, b) = (kernel.Random.NextUInt64(), kernel.Random.NextUInt64());
        return $"{a >> 32:x8}-{(a >> 16) & 0xffff:x4}-4{a & 0xfff:x3}-a{b >> 52:x3}-{b & 0xffffffffffff:x12}";
    }
}
