using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Simulation.Cluster;
using Reconciler.Simulation.Kernel;

namespace Reconciler.Simulation.World;

/// <summary>
/// Everybody but the operator: a user who applies, edits and deletes; a foreign writer at the remote; and the machine
/// room, where processes crash, freeze and clocks jump. All at drawn instants of the safety phase.
/// </summary>
internal sealed class SimActors(SimWorld world)
{
    private readonly SimKernel _kernel = world.Kernel;
    private readonly SimRandom _random = world.Kernel.Random.Fork();
    private int _named;

    private static SimKind Modules { get; } = SimKind.All.First(static kind => kind.Plural == "dynamicmodules");

    private static SimKind Installations { get; } = SimKind.All.First(static kind => kind.Plural == "installations");

    private static SimKind Secrets { get; } = SimKind.All.First(static kind => kind.Plural == "secrets");

    public void Begin()
    {
        SeedCluster();
        for (var i = 0; i < world.Knobs.Replicas; i++)
        {
            world.StartReplica();
        }

        if (world.Knobs.AtOnce)
        {
            Sometime(0.5, () => Enumerable.Range(0, world.Knobs.Modules).ToList().ForEach(_ => Apply(WantedData())));
        }

        for (var i = 0; i < (world.Knobs.AtOnce ? 0 : world.Knobs.Modules); i++)
        {
            Sometime(0.5, () => Apply(WantedData()));
        }

        for (var i = 0; i < world.Knobs.Twins; i++)
        {
            Sometime(0.3, ApplyTwin);
        }

        Repeat(world.Knobs.Edits, Edit);
        Repeat(world.Knobs.ForeignWriter ? 6 : 0, ActForeign);
        Repeat(world.Knobs.Crashes, Crash);
        Repeat(world.Knobs.Freezes, Freeze);
        Repeat(world.Knobs.Compactions, world.Api.Store.Compact);
        Repeat(world.Knobs.WallJumps, JumpWall);
        Repeat(world.Knobs.TokenRotations, RotateToken);
        Repeat(world.Knobs.StatusLosses, LoseStatuses);
        Repeat(world.Knobs.MassDeletes, DeleteAll);
        Repeat(world.Knobs.Stops, Stop);
    }

    private void SeedCluster()
    {
        var store = world.Api.Store;
        store.Create(SimKind.All.First(static kind => kind.Plural == "namespaces"), "/kube-system", new JsonObject());
        store.Create(Secrets, $"{SimWorld.Namespace}/token", new JsonObject
        {
            ["data"] = Credential(),
        });
        var spec = new JsonObject
        {
            ["api"] = world.Knobs.SpecApi.ToString(),
            ["baseUrl"] = world.Remote.Dialect.Address,
            ["credentials"] = new JsonObject { ["secretRef"] = new JsonObject { ["name"] = "token" } },
            ["mode"] = world.Knobs.Observe ? "Observe" : "Manage",
            ["ownership"] = world.Knobs.Exclusive ? "Exclusive" : "Shared",
            ["adoption"] = world.Knobs.AdoptIdentical ? "IfIdentical" : "Never",
            ["drift"] = "Correct",
            ["applyPolicy"] = "Automatic",
            ["interval"] = "5m",
            ["quota"] = world.Knobs.Remote.Quota,
            ["maxDeletes"] = new JsonObject { ["count"] = world.Knobs.MaxDeletes, ["percent"] = 1 },
            ["requestsPerSecond"] = 10,
            ["suspend"] = false,
        };
        store.Create(Installations, $"{SimWorld.Namespace}/{SimWorld.Installation}",
            new JsonObject { ["spec"] = spec });
    }

    public void Apply(string data, bool allowDuplicate = false)
    {
        var name = $"m-{_named++}";
        var spec = new JsonObject
        {
            ["installationRef"] = new JsonObject { ["name"] = SimWorld.Installation },
            ["type"] = world.Remote.Dialect.ModuleType,
            ["data"] = JsonNode.Parse(data),
            ["deletionPolicy"] = _random.Chance(0.1) ? "Orphan" : "Delete",
            ["onMissing"] = "Recreate",
            ["allowDuplicate"] = allowDuplicate,
        };
        if (world.Knobs.ChosenKeys && _random.Chance(0.5))
        {
            spec["key"] = ChosenKey();
        }

        _kernel.Log("user", $"applies {name} {data}");
        world.Api.Store.Create(Modules, $"{SimWorld.Namespace}/{name}", new JsonObject { ["spec"] = spec });
    }

    private void ApplyTwin()
    {
        var data = Live().FirstOrDefault()?["spec"]!["data"]!.ToJsonString() ?? NewData();
        Apply(data, allowDuplicate: true);
    }

    private void Edit()
    {
        var live = Live().ToList();
        if (live.Count == 0 || _random.Chance(0.25))
        {
            Apply(WantedData());
            return;
        }

        var target = _random.Pick(live);
        var id = Id(target);
        if (_random.Chance(0.35))
        {
            _kernel.Log("user", $"deletes {id}");
            world.Api.Store.Delete(Modules, id, target);
            return;
        }

        Change(target, NewData());
    }

    public void Change(string name, string data) =>
        Change(Live().First(item => item["metadata"]!["name"]!.GetValue<string>() == name), data);

    private void Change(JsonObject target, string data)
    {
        var next = target.DeepClone().AsObject();
        next["spec"]!["data"] = JsonNode.Parse(data);
        _kernel.Log("user", $"edits {Id(target)}");
        world.Api.Store.Update(Modules, Id(target), target, next);
    }

    private void DeleteAll()
    {
        _kernel.Log("user", "deletes everything");
        foreach (var target in Live().ToList())
        {
            world.Api.Store.Delete(Modules, Id(target), target);
        }
    }

    private string ForeignData() =>
        world.Knobs.ForeignTwins && Live().ToList() is { Count: > 0 } live && _random.Chance(0.5)
            ? _random.Pick(live)["spec"]!["data"]!.ToJsonString()
            : NewData();

    private void ActForeign()
    {
        var foreign = world.Remote.Modules.Where(module => world.Provenance.IsForeign(module.Key)).ToList();
        var ours = world.Remote.Modules.Where(static module => module.Attempt is not null).ToList();
        switch (_random.Next(4))
        {
            case 0:
                CreateForeign();
                break;
            case 1 when foreign.Count > 0:
                world.Remote.ForeignUpdate(_random.Pick(foreign).Key, NewData());
                break;
            case 2 when ours.Count > 0:
                UpdateOurs(_random.Pick(ours).Key);
                break;
            case 3 when ours.Count > 0:
                world.Remote.ForeignDelete(_random.Pick(ours).Key);
                break;
        }
    }

    private void CreateForeign()
    {
        var key = world.Knobs.ForeignKeys && _random.Chance(0.6) ? CollidingKey() : null;
        if (key is not null && world.Remote.IsTaken(key))
        {
            return;
        }

        var claimed = key is not null && world.Ledgers.All.Any(ledger => ledger.Claims(key));
        var made = world.Remote.ForeignCreate(world.Remote.Dialect.ModuleType, ForeignData(), key);
        world.Provenance.Made(made.Key, claimed);
        world.Ledgers.Replacements.Registered(made.Key);
    }

    /// <summary>Most often a key that nobody wants yet: the next resources'. Else one that somebody wants now.
    /// </summary>
    private string CollidingKey()
    {
        if (_random.Chance(0.3) && Live().ToList() is { Count: > 0 } live)
        {
            return WantedKey(_random.Pick(live));
        }

        return world.Knobs.ChosenKeys && _random.Chance(0.5)
            ? ChosenKey()
            : DerivedKey($"m-{_named + _random.Next(2)}");
    }

    private string ChosenKey() => $"chosen-{_random.Next(4)}";

    /// <summary>Where we choose the keys: the one a resource would have.</summary>
    public static string WantedKey(JsonObject module) =>
        module["spec"]!["key"]?.GetValue<string>() ?? DerivedKey(module["metadata"]!["name"]!.GetValue<string>());

    private static string DerivedKey(string name) => ClientKeys.Derive(
        new InstallationKey(SimWorld.Namespace, SimWorld.Installation), new ModuleOwner("", SimWorld.Namespace, name));

    private void UpdateOurs(string key)
    {
        if (!world.Ledgers.All.Any(ledger => ledger.Claims(key)))
        {
            world.Violations.BrokeAssumption("A5", $"{key} is changed by others before its create is known");
        }

        world.Remote.ForeignUpdate(key, NewData());
    }

    private void Crash()
    {
        if (world.Replicas.Count == 0)
        {
            return;
        }

        var victim = _random.Pick(world.Replicas);
        world.Crash(victim);
        _kernel.Between(TimeSpan.Zero, TimeSpan.FromSeconds(20), () => world.StartReplica());
    }

    /// <summary>A rollout or a drained node: the successor may come while the old one still ends.</summary>
    private void Stop()
    {
        var running = world.Replicas.Where(static replica => !replica.IsStopping).ToList();
        if (running.Count == 0)
        {
            return;
        }

        world.Stop(_random.Pick(running));
        _kernel.Between(TimeSpan.Zero, SimWorld.KillAfter, () => world.StartReplica());
    }

    private void Freeze()
    {
        var awake = world.Replicas.Where(static replica => !replica.Process.Frozen).ToList();
        if (awake.Count == 0)
        {
            return;
        }

        var victim = _random.Pick(awake);
        world.Freeze(victim.Process, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90));
    }

    private void JumpWall()
    {
        if (world.Replicas.Count == 0)
        {
            return;
        }

        var replica = _random.Pick(world.Replicas);
        replica.Clock.WallOffset += TimeSpan.FromHours(_random.Next(-48, 48));
        _kernel.Log(replica.Process.Name, $"wall clock is off by {replica.Clock.WallOffset:c}");
    }

    private void RotateToken()
    {
        world.Remote.Token = $"token-{_random.NextUInt64():x}";
        _kernel.Log("user", "rotates the token");
        _kernel.Between(
            TimeSpan.Zero, TimeSpan.FromSeconds(60),
            () =>
            {
                var id = $"{SimWorld.Namespace}/token";
                var current = world.Api.Store.Find(Secrets, id)!;
                var next = current.DeepClone().AsObject();
                next["data"] = Credential();
                world.Api.Store.Update(Secrets, id, current, next);
            });
    }

    /// <summary>M2: a backup tool restores the resources without their status.</summary>
    public void LoseStatuses()
    {
        _kernel.Log("user", "loses every status");
        foreach (var item in world.All("dynamicmodules").ToList())
        {
            var next = item.DeepClone().AsObject();
            next.Remove("status");
            world.Api.Store.Update(Modules, Id(item), item, next);
        }
    }

    private IEnumerable<JsonObject> Live() =>
        world.All("dynamicmodules").Where(static item => item["metadata"]!["deletionTimestamp"] is null);

    /// <summary>With twins about, users may want just what a foreign actor has already made.</summary>
    private string WantedData() =>
        world.Knobs.ForeignTwins && _random.Chance(0.4)
        && world.Remote.Modules.Where(module => world.Provenance.IsForeign(module.Key)).ToList()
            is { Count: > 0 } foreign
            ? _random.Pick(foreign).Data
            : NewData();

    private string NewData() => world.Knobs.BadData && _random.Chance(0.2)
        ? """{"endpoint":"bad"}"""
        : $$"""{"events":["avi:jira:updated:issue"],"endpoint":"e-{{Number()}}"}""";

    private string Number() => _random.Next(1_000_000).ToString(CultureInfo.InvariantCulture);

    private void Repeat(int count, Action action)
    {
        for (var i = 0; i < count; i++)
        {
            Sometime(1.0, action);
        }
    }

    private void Sometime(double within, Action action) =>
        _kernel.After(world.Knobs.Safety * (_random.NextDouble() * within), action);

    private static string Id(JsonObject item) =>
        $"{item["metadata"]!["namespace"]!.GetValue<string>()}/{item["metadata"]!["name"]!.GetValue<string>()}";

    private JsonObject Credential() => new(world.Remote.Dialect.Secret(world.Remote.Token)
        .Select(static entry => KeyValuePair.Create<string, JsonNode?>(entry.Name, Base64(entry.Value))));

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
