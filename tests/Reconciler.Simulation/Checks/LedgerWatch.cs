using System.Text.Json;
using Reconciler.Core.Ledgers;
using Reconciler.Simulation.Cluster;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.Checks;

/// <summary>
/// Reads every committed ledger version and checks what must hold in each and between two: injective claims (I1), the
/// order of attempts (I3), one linear history (I8), key stability (I14). Remembers who announced what for the others:
/// attempts, and replacements where there is no update verb.
/// </summary>
internal sealed class LedgerWatch(SimKernel kernel, Violations violations, SimRemote remote, Provenance provenance)
{
    private readonly Dictionary<string, Ledger> _latest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Announced> _announced = new(StringComparer.Ordinal);

    /// <summary>By attempt id; a register of a replacement has its own.</summary>
    public IReadOnlyDictionary<string, Announced> Announced => _announced;

    public Replacements Replacements { get; } = new();

    public Ledger? Latest(string id) => _latest.GetValueOrDefault(id);

    public IEnumerable<Ledger> All => _latest.Values;

    /// <summary>UID of the resource that claims a key.</summary>
    public string? OwnerOf(string key) => _latest.Values.SelectMany(static ledger => ledger.Entries)
        .Where(pair => pair.Value.Key == key).Select(static pair => pair.Key).FirstOrDefault();

    /// <summary>The ledger was lost or replaced behind the operator's back: history starts anew.</summary>
    public void Forget(string id) => _latest.Remove(id);

    public void Committed(SimChange change)
    {
        if (change.Type == "DELETED")
        {
            _latest.Remove(change.Id);
            return;
        }

        using var document = JsonDocument.Parse(change.Object.Bytes(metadataOnly: false));
        if (!LedgerJson.TryRead(document.RootElement.GetProperty("spec"), out var ledger, out var error))
        {
            violations.Add("I8", $"unreadable ledger: {error}");
            return;
        }

        var previous = _latest.GetValueOrDefault(change.Id);
        CheckClaims(ledger!);
        if (previous is not null)
        {
            CheckHistory(previous, ledger!);
            CheckAttempts(previous, ledger!);
            CheckKeys(previous, ledger!);
        }

        provenance.Judge(previous, ledger!, id => _announced.GetValueOrDefault(id).Key);
        Replacements.Note(previous, ledger!, kernel.Now);
        Tell(previous, ledger!);
        Remember(ledger!);
        _latest[change.Id] = ledger!;
    }

    private void CheckClaims(Ledger ledger)
    {
        var keys = ledger.Entries.Values.Select(static entry => entry.Key)
            .Concat(ledger.Orphans.Select(static orphan => orphan.Key)).OfType<string>().ToList();
        foreach (var twice in keys
            .GroupBy(static key => key, StringComparer.Ordinal).Where(static group => group.Count() > 1))
        {
            violations.Add("I1", $"key {twice.Key} is claimed {twice.Count()} times");
        }
    }

    private void CheckHistory(Ledger previous, Ledger next)
    {
        // A change of metadata (the finalizer) commits the same spec again.
        if (next.Sequence == previous.Sequence && next.Epoch == previous.Epoch)
        {
            return;
        }

        if (next.Sequence != previous.Sequence + 1)
        {
            violations.Add("I8", $"sequence went from {previous.Sequence} to {next.Sequence}");
        }

        if (next.Epoch < previous.Epoch || (next.Epoch == previous.Epoch && next.Writer != previous.Writer))
        {
            violations.Add(
                "I8",
                    $"epoch {previous.Epoch} by {previous.Writer}, then {next.Epoch} by {next.Writer}: "
                    + "an old writer committed");
        }
    }

    private void CheckAttempts(Ledger previous, Ledger next)
    {
        foreach (var (uid, entry) in next.Entries)
        {
            var before = previous.Entries.GetValueOrDefault(uid)?.Attempt;
            if (before is null || entry.Attempt is null || entry.Attempt.Id == before.Id)
            {
                continue;
            }

            var closed = next.ClosedAttempts.FirstOrDefault(attempt => attempt.AttemptId == before.Id);
            if (closed is null or { Verdict: AttemptVerdict.Created or AttemptVerdict.Resolved })
            {
                violations.Add("I3",
                    $"{entry.Owner}: attempt {entry.Attempt.Id} opened while {before.Id} was not refused or absent");
            }
        }
    }

    private void CheckKeys(Ledger previous, Ledger next)
    {
        foreach (var (uid, entry) in next.Entries)
        {
            var before = previous.Entries.GetValueOrDefault(uid);
            if (before is { Phase: EntryPhase.Bound, Key: { } key } && entry.Key != key && remote.Find(key) is not null)
            {
                violations.Add("I14",
                    $"{entry.Owner} left key {key}, which still exists, for {entry.Key ?? "a new create"}");
            }
        }
    }

    /// <summary>What this version changed, for the log.</summary>
    private void Tell(Ledger? previous, Ledger next)
    {
        foreach (var (uid, entry) in next.Entries)
        {
            var before = previous?.Entries.GetValueOrDefault(uid);
            if (before is null || before.Phase != entry.Phase || before.Key != entry.Key)
            {
                kernel.Log("ledger", $"{next.Sequence} {entry.Owner} {entry.Phase} {entry.Key} {entry.Attempt?.Id}");
            }
        }

        foreach (var (uid, entry) in previous is null
            ? [] : previous.Entries.Where(pair => !next.Entries.ContainsKey(pair.Key)))
        {
            kernel.Log("ledger", $"{next.Sequence} {entry.Owner} dropped ({entry.Key} {entry.Attempt?.Id})");
        }

        // Also what was found and let go in the same version: a twin's module may go with its sibling (seed 30001272).
        foreach (var key in next.Released.Except(previous?.Released ?? []))
        {
            provenance.Released(key);
        }
    }

    private void Remember(Ledger ledger)
    {
        foreach (var (uid, entry) in ledger.Entries)
        {
            if (entry.Attempt is { } attempt)
            {
                _announced.TryAdd(attempt.Id, new Announced(uid, kernel.Now, entry.Key));
            }

            if (entry is { Replacing: true, Key: { } key })
            {
                _announced[Replacements.New(key)] = new Announced(uid, kernel.Now, key);
                _announced[Replacements.Former(key)] = new Announced(uid, kernel.Now, key);
            }
        }
    }
}
