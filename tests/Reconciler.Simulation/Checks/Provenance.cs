using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Remote;
using Reconciler.Simulation.World;

namespace Reconciler.Simulation.Checks;

/// <summary>
/// Who made which remote module, and with what evidence the operator took one it had not made (I4). A foreign twin of
/// an open or closed attempt cannot be told from ours by anybody (A5): taking it is allowed and counted; adoption is
/// allowed where the Installation asks for it.
/// </summary>
internal sealed class Provenance(SimKernel kernel, Violations violations, SimRemote remote, SwarmKnobs knobs)
{
    private readonly Dictionary<string, TimeSpan> _foreign = new(StringComparer.Ordinal);
    private readonly HashSet<string> _proven = new(StringComparer.Ordinal);

    /// <summary>Some module was made by a foreign actor or let go: one that users want may exist and be
    /// unmanaged.</summary>
    public bool HasForeign => _foreign.Count > 0;

    /// <summary>Made by a foreign actor, or ours once and let go by an Orphan policy.</summary>
    public bool IsForeign(string key) => _foreign.ContainsKey(key);

    /// <summary>What was sent while the module was ours may arrive later (seed 1000115).</summary>
    public bool MayTouch(string key, TimeSpan sentAt) =>
        !_foreign.TryGetValue(key, out var since) || sentAt < since || _proven.Contains(key);

    public void Made(string foreignKey) => _foreign[foreignKey] = TimeSpan.Zero;

    /// <summary>T10r: from now on it is nobody's, and not even a sole writer prunes it (seed 38).</summary>
    public void Released(string key)
    {
        kernel.Log("ledger", $"lets {key} go");
        _foreign[key] = kernel.Now;
        _proven.Remove(key);
    }

    /// <summary>Judges each claim that <paramref name="next"/> makes and <paramref name="previous"/> did not.</summary>
    public void Judge(Ledger? previous, Ledger next)
    {
        var claimed = previous?.ClaimedKeys();
        foreach (var key in next.ClaimedKeys())
        {
            if (_foreign.ContainsKey(key) && !_proven.Contains(key) && claimed?.Contains(key) != true)
            {
                Judge(previous, next, key);
            }
        }
    }

    private void Judge(Ledger? previous, Ledger next, string key)
    {
        var module = remote.Find(key);
        if (module is null)
        {
            return;
        }

        var observed = new ObservedModule(key, ModuleContent.Parse(module.Type, module.Data));
        // First of all: where adoption is allowed a foreign twin of an attempt is taken for its result all the same,
        // and the module that the attempt made is left over (seed 40001399).
        if (LooksLikeAnAttempts(previous, observed))
        {
            violations.BrokeAssumption("A5", $"{key} is a foreign twin of an attempt");
            _proven.Add(key);
        }
        else if ((knobs.Exclusive || knobs.AdoptIdentical)
            && next.Entries.Values.Any(entry => entry.Key == key && entry.Phase == EntryPhase.Bound))
        {
            _proven.Add(key);
        }
        else
        {
            violations.Add("I4", $"the ledger claims foreign {key} without evidence");
        }
    }

    private static bool LooksLikeAnAttempts(Ledger? ledger, ObservedModule module) =>
        ledger is not null
        && (ledger.OpenAttempts().Any(open =>
                !open.Baseline.Contains(module.Key) && open.Relate(module) >= MatchRelation.Covers)
            || ledger.ClosedAttempts.Any(closed =>
                !closed.Baseline.Contains(module.Key) && closed.Fingerprint == module.Content.Fingerprint));
}
