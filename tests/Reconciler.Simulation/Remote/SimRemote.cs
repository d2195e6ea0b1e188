using System.Text.Json.Nodes;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;

namespace Reconciler.Simulation.Remote;

/// <summary>What hurts about the simulated remote; drawn by the swarm.</summary>
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

    /// <summary>Data that say so are refused; off on Forge v2, whose listed seeds were found without it.</summary>
    public bool RefusesBadData { get; init; }

    /// <summary>A key that a static module of the app has: Forge takes it and lists such a module never, Connect
    /// refuses it (reference.md §2.5, §7.4).</summary>
    public string? StaticKey { get; init; }
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

/// <summary>The modules of one installation in memory, behind the API of the run (reference.md §2–§4, §7), with the
/// oddities the crash-safety protocol must survive.</summary>
internal sealed class SimRemote(SimKernel kernel, SimDialect dialect, RemoteKnobs knobs)
{
    private readonly SortedDictionary<string, SimModule> _modules = new(StringComparer.Ordinal);
    private readonly List<(TimeSpan Until, SimModule Module)> _ghosts = [];

    public SimDialect Dialect { get; } = dialect;

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
        if (Dialect.Refuse(request, Token) is { } stranger)
        {
            return stranger;
        }

        if (kernel.Random.Chance(Knobs.ThrottleChance))
        {
            var throttled = SimResponse.Json(429, """{"message":"Too many requests"}""");
            throttled.Headers["Retry-After"] = "2";
            return throttled;
        }

        return Dialect.Read(request) switch
        {
            SimCall.List => List(request),
            SimCall.Get get => Get(get.Key),
            SimCall.Create create => Create(request, create.Modules),
            SimCall.Update update => Logged(request, update.Key, Update(update)),
            SimCall.Delete { Keys: [] } when !Dialect.IsConnect => NotAllowed(request),
            SimCall.Delete delete => Logged(request, delete.Keys.FirstOrDefault(), Delete(delete.Keys)),
            SimCall.Unknown => NotAllowed(request),
            _ => throw new InvalidOperationException("The calls are a closed set."),
        };
    }

    public SimModule? Find(string key) => _modules.GetValueOrDefault(key);

    /// <summary>A foreign actor registers a module, under a key of its choice where it has one.</summary>
    public SimModule ForeignCreate(string type, string data, string? key = null)
    {
        var module = new SimModule(key ?? NewKey(), type, data);
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

    private SimResponse Create(SimRequest request, IReadOnlyList<SimDraft> drafts)
    {
        if (WhyNot(drafts) is var refusal and not SimRefusal.None)
        {
            return Logged(request, drafts[0].Key, Dialect.Refused(refusal, drafts));
        }

        var made = new List<SimModule>();
        foreach (var draft in drafts)
        {
            var module = new SimModule(draft.Key ?? NewKey(), draft.Type, WithDefaults(draft.Data))
            {
                Attempt = draft.Attempt,
                ListedFrom = kernel.Now + kernel.Random.Between(TimeSpan.Zero, Knobs.ListLagMax),
            };
            Hold(module);
            kernel.Log("remote", $"holds {module.Key} of {module.Attempt}");
            made.Add(module);
        }

        return Logged(request, made[0].Key, Dialect.Created(made));
    }

    /// <summary>All of a request are judged before any of them is held (§7.4).</summary>
    private SimRefusal WhyNot(IReadOnlyList<SimDraft> drafts)
    {
        var keys = drafts.Select(static draft => draft.Key).OfType<string>().ToList();
        if (keys.Distinct(StringComparer.Ordinal).Count() < keys.Count || keys.Exists(IsTaken))
        {
            return SimRefusal.Taken;
        }

        if (_modules.Count + drafts.Count > Knobs.Quota)
        {
            return SimRefusal.Quota;
        }

        return drafts.Any(IsBad) ? SimRefusal.Data : SimRefusal.None;
    }

    /// <summary>Nobody can register it, foreign actors included (seed 40166 on ConnectConfluence).</summary>
    public bool IsTaken(string key) =>
        _modules.ContainsKey(key) || (Dialect.IsConnect && key == Knobs.StaticKey);

    private bool IsBad(SimDraft draft) =>
        Knobs.RefusesBadData && draft.Data["endpoint"]?.GetValue<string>() == "bad";

    private SimResponse Update(SimCall.Update update)
    {
        if (!_modules.TryGetValue(update.Key, out var module))
        {
            return SimDialect.Absent();
        }

        if (IsBad(update.Module))
        {
            return Dialect.Refused(SimRefusal.Data, [update.Module]);
        }

        module = module with { Type = update.Module.Type, Data = WithDefaults(update.Module.Data) };
        Hold(module);
        return SimDialect.Shown(module);
    }

    /// <summary>Without a key, everything (§7.4).</summary>
    private SimResponse Delete(IReadOnlyList<string> keys)
    {
        var existed = false;
        foreach (var key in keys.Count == 0 ? [.. _modules.Keys] : keys)
        {
            if (!_modules.Remove(key, out var module))
            {
                continue;
            }

            existed = true;
            Changes++;
            if (Knobs.ListLagMax > TimeSpan.Zero)
            {
                _ghosts.Add((kernel.Now + kernel.Random.Between(TimeSpan.Zero, Knobs.ListLagMax), module));
            }
        }

        return Dialect.Deleted(existed);
    }

    private SimResponse Get(string key)
    {
        Reads++;
        return _modules.TryGetValue(key, out var module) ? SimDialect.Shown(module) : SimDialect.Absent();
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
        return Dialect.Listed(page, visible.Count > page.Count ? page[^1].Key : null);
    }

    private bool Omits(string key) =>
        (!Dialect.IsConnect && key == Knobs.StaticKey)
        || (Knobs.OmitChance > 0 && kernel.Random.Chance(Knobs.OmitChance) && MayOmit(key));

    private SimResponse NotAllowed(SimRequest request) =>
        Logged(request, null, SimResponse.Json(405, """{"message":"Method not allowed"}"""));

    private SimResponse Logged(SimRequest request, string? key, SimResponse response)
    {
        Writes.Add(new SimWrite(
            kernel.Now, request.Method, key, request.Header("x-reconciler-attempt"), (int)response.Status,
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

    private string NewKey()
    {
        var (a, b) = (kernel.Random.NextUInt64(), kernel.Random.NextUInt64());
        return $"{a >> 32:x8}-{(a >> 16) & 0xffff:x4}-4{a & 0xfff:x3}-a{b >> 52:x3}-{b & 0xffffffffffff:x12}";
    }
}
