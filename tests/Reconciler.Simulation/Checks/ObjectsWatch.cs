using Reconciler.Simulation.Cluster;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.Checks;

/// <summary>
/// Attributes remote modules to resources by who announced their attempt: never more than one each (I6), and none
/// forgotten when the resource is gone (I5).
/// </summary>
internal sealed class ObjectsWatch(
    Violations violations, LedgerWatch ledgers, SimRemote remote, Provenance provenance)
{
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mayLeave = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _attemptHeirs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _heirs = new(StringComparer.Ordinal);

    /// <summary>A resource was removed from the API server: its finalizer was taken off.</summary>
    public void Removed(SimChange change)
    {
        var metadata = change.Object.Item["metadata"]!;
        var uid = metadata["uid"]!.GetValue<string>();
        _gone.Add(uid);
        if (change.Object.Item["spec"]!["deletionPolicy"]?.GetValue<string>() == "Orphan")
        {
            _mayLeave.Add(uid);
        }

        if (!_mayLeave.Contains(uid) && ledgers.All.Any(ledger => ledger.Entries.ContainsKey(uid)))
        {
            violations.Add("I5",
                $"{metadata["name"]} lost its finalizer while the ledger holds an entry");
        }
    }

    public void MayLeave(string uid) => _mayLeave.Add(uid);

    public void Check()
    {
        foreach (var (uid, modules) in Attributed())
        {
            if (modules.Count > 1 + violations.AssumptionsBroken)
            {
                violations.Add("I6",
                    $"{modules.Count} modules of {uid}: {string.Join(", ", modules.Select(static m => m.Key))}");
            }

            if (_gone.Contains(uid) && !_mayLeave.Contains(uid) && violations.AssumptionsBroken == 0)
            {
                var owed = ledgers.All.SelectMany(static ledger => ledger.Orphans)
                    .Select(static orphan => orphan.Key).ToHashSet();
                foreach (var module in modules.Where(module => !owed.Contains(module.Key)))
                {
                    violations.Add("I5",
                        $"{uid} is gone, its module {module.Key} is still there and nobody owes its delete");
                }
            }
        }
    }

    /// <summary>By UID: who claims it, else whose attempt made it. Twins are interchangeable until bound (seed 81);
    /// what was let go is nobody's.</summary>
    public Dictionary<string, List<SimModule>> Attributed()
    {
        var claims = ledgers.All.SelectMany(static ledger => ledger.Entries)
            .Where(static pair => pair.Value.Key is not null)
            .DistinctBy(static pair => pair.Value.Key)
            .ToDictionary(static pair => pair.Value.Key!, static pair => pair.Key, StringComparer.Ordinal);
        var byOwner = new Dictionary<string, List<SimModule>>(StringComparer.Ordinal);
        NoteSwaps(claims);
        foreach (var module in remote.Modules)
        {
            if (module.Attempt is { } attempt && (claims.ContainsKey(module.Key) || !provenance.IsForeign(module.Key))
                && ledgers.Announced.TryGetValue(attempt, out var announced))
            {
                var uid = claims.GetValueOrDefault(module.Key)
                    ?? (_attemptHeirs.TryGetValue(attempt, out var heir) ? LastHeir(heir) : announced.Uid);
                if (!byOwner.TryGetValue(uid, out var modules))
                {
                    byOwner[uid] = modules = [];
                }

                modules.Add(module);
            }
        }

        return byOwner;
    }

    /// <summary>Who got a twin's module leaves what its own attempts may still make to the twin (seed 1000015), also
    /// when it is gone by then, with the module it got (seed 1795355488148868).</summary>
    private void NoteSwaps(Dictionary<string, string> claims)
    {
        foreach (var (key, uid) in claims)
        {
            if (remote.Find(key)?.Attempt is not { } made || !ledgers.Announced.TryGetValue(made, out var maker)
                || maker.Uid == uid)
            {
                continue;
            }

            _heirs[uid] = maker.Uid;
            foreach (var (attempt, _) in ledgers.Announced.Where(announced => announced.Value.Uid == uid))
            {
                _attemptHeirs[attempt] = maker.Uid;
            }
        }
    }

    /// <summary>That twin may have taken another one's, and so on (seed 1795350757530567). Round a circle everyone has
    /// one, and what is left is too much for anyone.</summary>
    private string LastHeir(string uid)
    {
        var passed = new HashSet<string>(StringComparer.Ordinal) { uid };
        while (_heirs.TryGetValue(uid, out var next) && passed.Add(next))
        {
            uid = next;
        }

        return uid;
    }
}
