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

    /// <param name="claimed">Our ledger claims the key: others took it while our module was away, and nobody can tell
    /// theirs from ours changed (A5).</param>
    public void Made(string foreignKey, bool claimed)
    {
        _foreign[foreignKey] = kernel.Now;
        _proven.Remove(foreignKey);
        if (claimed)
        {
            violations.BrokeAssumption("A5", $"{foreignKey} is made by others while we claim it");
            _proven.Add(foreignKey);
        }
    }

    /// <summary>We registered it: where we choose the keys it may have been others' before.</summary>
    public void MadeByUs(string key)
    {
        _foreign.Remove(key);
        _proven.Remove(key);
    }

    /// <summary>T10r: from now on it is nobody's, and not even a sole writer prunes it (seed 38).</summary>
    public void Released(string key)
    {
        kernel.Log("ledger", $"lets {key} go");
        _foreign[key] = kernel.Now;
        _proven.Remove(key);
    }

    /// <summary>Judges each claim that <paramref name="next"/> makes and <paramref name="previous"/> did not.</summary>
    /// <param name="keyOf">The key an attempt was announced for, where we choose the keys.</param>
    public void Judge(Ledger? previous, Ledger next, Func<string, string?> keyOf)
    {
        var taken = TakenKeys(previous);
        foreach (var key in TakenKeys(next))
        {
            if (_foreign.ContainsKey(key) && !_proven.Contains(key) && !taken.Contains(key))
            {
                Judge(previous, next, key, keyOf);
            }
        }
    }

    /// <summary>An intent names the key it would like to have, and takes no module by that.</summary>
    private static HashSet<string> TakenKeys(Ledger? ledger) => ledger is null
        ? []
        : ledger.Entries.Values
            .Where(static entry => entry.Phase != EntryPhase.Intent)
            .Select(static entry => entry.Key)
            .Concat(ledger.Orphans.Select(static orphan => orphan.Key)).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);

    private void Judge(Ledger? previous, Ledger next, string key, Func<string, string?> keyOf)
    {
        var module = remote.Find(key);
        if (module is null)
        {
            return;
        }

        var observed = new ObservedModule(key, ModuleContent.Parse(module.Type, module.Data));
        // First of all: where adoption is allowed a foreign twin of an attempt is taken for its result all the same,
        // and the module that the attempt made is left over (seed 40001399).
        if (LooksLikeAnAttempts(previous, observed) || HasTheKeyOfAnAttempt(previous, key, keyOf))
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

    /// <summary>A chosen key is all the evidence there is of a lost create (crash-safety.md §9): others who took it in
    /// that window cannot be told from us either. One that was there before, or that refused us, was seen to
    /// be theirs.</summary>
    private static bool HasTheKeyOfAnAttempt(Ledger? ledger, string key, Func<string, string?> keyOf) =>
        ledger is not null
        && (ledger.OpenAttempts().Any(open => open.Key == key && !open.Baseline.Contains(key))
            || ledger.ClosedAttempts.Any(closed => keyOf(closed.AttemptId) == key && !closed.Baseline.Contains(key)
                && closed.Verdict is (AttemptVerdict.Absent or AttemptVerdict.Resolved)));
}
