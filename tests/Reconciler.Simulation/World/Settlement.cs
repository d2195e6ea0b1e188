using System.Text.Json.Nodes;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.World;

/// <summary>
/// Liveness: when the faults stop, everything settles without a person. Says why not, so that a failing seed explains
/// itself.
/// </summary>
internal sealed class Settlement(SimWorld world)
{
    private readonly HashSet<string> _forAPerson = new(StringComparer.Ordinal);

    /// <summary>Null when settled.</summary>
    public string? WhyNot()
    {
        if (world.Knobs.Observe)
        {
            return null;
        }

        _forAPerson.Clear();
        var attributed = world.Objects.Attributed();
        foreach (var module in world.All("dynamicmodules"))
        {
            if (WhyNot(module, attributed) is { } reason)
            {
                return $"{module["metadata"]!["name"]}: {reason}";
            }
        }

        foreach (var ledger in world.Ledgers.All)
        {
            if (ledger.Entries.FirstOrDefault(pair => pair.Value.Attempt is not null && !_forAPerson.Contains(pair.Key))
                is { Value: { } open })
            {
                return $"{open.Owner}: intent {open.Attempt!.Id} is open";
            }

            if (!ledger.Orphans.IsEmpty)
            {
                return $"{ledger.Orphans.Length} orphans are owed";
            }
        }

        return null;
    }

    private string? WhyNot(JsonObject module, Dictionary<string, List<SimModule>> attributed)
    {
        var (metadata, spec, status) = (module["metadata"]!, module["spec"]!, module["status"]);
        if (metadata["deletionTimestamp"] is not null)
        {
            return $"is still being deleted: {Condition(status, "Ready")?.ToJsonString()}";
        }

        var ready = Condition(status, "Ready");
        if (ready is null || status!["observedGeneration"]?.GetValue<long>()
            != metadata["generation"]!.GetValue<long>())
        {
            return "its status is of an older generation";
        }

        if (IsForAPerson(ready["reason"]!.GetValue<string>(), module))
        {
            var uid = metadata["uid"]!.GetValue<string>();
            _forAPerson.Add(uid);
            return WhyHalf(uid);
        }

        if (ready["status"]!.GetValue<string>() != "True")
        {
            return $"Ready is {ready["status"]}: {ready["reason"]} {ready["message"]}";
        }

        var key = status["key"]!.GetValue<string>();
        var remote = world.Remote.Modules.FirstOrDefault(item => item.Key == key);
        if (remote is null)
        {
            return $"key {key} does not exist";
        }

        var desired = ModuleContent.Parse(spec["type"]!.GetValue<string>(), spec["data"]!.ToJsonString());
        var observed = ModuleContent.Parse(remote.Type, remote.Data);
        if (observed.RelateTo(desired) < MatchRelation.Covers)
        {
            return $"{key} holds {remote.Data}";
        }

        var owned = attributed.GetValueOrDefault(metadata["uid"]!.GetValue<string>(), []);
        return owned.Count > 1 + world.Violations.AssumptionsBroken ? $"owns {owned.Count} modules" : null;
    }

    /// <summary>T8r: whatever becomes of a replacement, the module that it removed is there again at the end, in its
    /// new definition or in the former one.</summary>
    private string? WhyHalf(string uid) =>
        world.Ledgers.Replacements.Halves.FirstOrDefault(half => half.Value == uid).Key is { } key
            ? $"{key} was removed to be replaced, and was never registered again"
            : null;

    // What evidence cannot decide is said, not guessed: a foreign module of the same type that appeared in the window
    // of a lost answer, what was let go and is wanted again (seed 56), data the remote refuses, another writer,
    // twins of
    // what was there before.
    private bool IsForAPerson(string reason, JsonObject module) => reason switch
    {
        "InvalidData" => world.Knobs.BadData,
        "AmbiguousCreate" or "DuplicateSuspected" or "Contended" => world.Knobs.ForeignWriter,
        "AdoptionRequired" => world.Provenance.HasForeign,
        "DuplicateDesired" => true,
        "KeyConflict" => world.Remote.Dialect.HasClientKeys && IsTaken(SimActors.WantedKey(module), module),
        "ShadowedByStaticModule" => SimActors.WantedKey(module) == world.Remote.Knobs.StaticKey,
        _ => false,
    };

    /// <summary>The key is a static module's, another resource's, or that of a module that is not this resource's.
    /// </summary>
    private bool IsTaken(string key, JsonObject module)
    {
        var uid = module["metadata"]!["uid"]!.GetValue<string>();
        return key == world.Remote.Knobs.StaticKey
            || world.Ledgers.OwnerOf(key) is { } owner && owner != uid
            || world.Remote.Find(key) is not null && world.Ledgers.OwnerOf(key) != uid;
    }

    private static JsonNode? Condition(JsonNode? status, string type) =>
        (status?["conditions"] as JsonArray)?
            .FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == type);
}
