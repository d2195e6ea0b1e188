using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>
/// What one process has seen of one installation during one leadership: never stored, all ages monotonic. Make a new
/// one when the lease is won; losing it costs waiting, never safety. Used by one pass at a time.
/// </summary>
public sealed class PassMemory(TimeProvider time)
{
    /// <summary>How long a refusal that may pass is believed without asking again.</summary>
    private static readonly TimeSpan Belief = TimeSpan.FromMinutes(10);

    private readonly AgeBook _attempts = new(time);
    private readonly AgeBook _quiet = new(time);
    private readonly AgeBook _absent = new(time);
    private readonly AgeBook _hidden = new(time);
    private readonly AgeBook _writes = new(time);
    private readonly AgeBook _deleted = new(time);
    private readonly AgeBook _vanished = new(time);
    private readonly AgeBook _conflicts = new(time);
    private readonly AgeBook _tombstones = new(time);
    private readonly AgeBook _barred = new(time);
    private readonly ContentionWatch _contention = new(time);
    private readonly List<AttemptResult> _outbox = [];
    private (long At, int Count)? _full;
    private (string Hash, ImmutableHashSet<string> Actions)? _approved;
    private (long Since, TimeSpan For, RemoteFault Fault)? _gate;
    private long? _deniedSince;
    private HeldLedger? _held;

    /// <summary>The ledger as last acknowledged, with its version; null when it must be read.</summary>
    internal HeldLedger? Held
    {
        get => Volatile.Read(ref _held);
        set => Volatile.Write(ref _held, value);
    }

    /// <summary>The epoch this process opened; null before T0.</summary>
    internal long? Epoch { get; set; }

    /// <summary>Results that are known but not yet in the ledger.</summary>
    internal ImmutableArray<AttemptResult> Outbox => [.. _outbox];

    internal void Post(IEnumerable<AttemptResult> results) => _outbox.AddRange(results);

    internal void ClearOutbox() => _outbox.Clear();

    internal void SawAttempt(string attemptId) => _attempts.First(attemptId, time.GetTimestamp());

    internal void Wrote(string key) => _writes.Last(key, time.GetTimestamp());

    /// <summary>A write that may take the module away is about to be sent.</summary>
    internal void Disturbed(string key) => _writes.Forget(key);

    internal void Deleted(string key)
    {
        _deleted.Last(key, time.GetTimestamp());
        _writes.Forget(key);
    }

    internal void Corrected(string key, Fingerprint observed) => _contention.Add(key, observed);

    /// <summary>The remote refused a create because this key exists.</summary>
    internal void Conflicted(string key) => _conflicts.Last(key, time.GetTimestamp());

    /// <summary>The other half of a replacement was refused because its key exists. For how long by now.</summary>
    internal TimeSpan Barred(string key)
    {
        var now = time.GetTimestamp();
        _barred.First(key, now);
        return _barred.Age(key, now) ?? TimeSpan.Zero;
    }

    /// <summary>The remote said "full" while it held <paramref name="count"/> modules.</summary>
    internal void Full(int count) => _full = (time.GetTimestamp(), count);

    internal void Denied() => _deniedSince ??= time.GetTimestamp();

    internal void Admitted() => _deniedSince = null;

    internal TimeSpan DeniedFor => _deniedSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    internal void Close(RemoteFault.Throttled fault) => _gate = (time.GetTimestamp(), fault.RetryAfter, fault);

    /// <summary>I10: no request before the remote's Retry-After is over.</summary>
    internal (RemoteFault Fault, TimeSpan Left)? Gate =>
        _gate is { } gate && gate.For - time.GetElapsedTime(gate.Since) is var left && left > TimeSpan.Zero
            ? (gate.Fault, left)
            : null;

    internal void Approve(string hash, IEnumerable<PlannedAction> actions)
    {
        if (_approved?.Hash != hash)
        {
            _approved = (hash, [.. actions.Where(action => action.Mutates()).Select(action => action.Identity())]);
        }
    }

    /// <summary>Notes who is there and who is not, before a decision that depends on it.</summary>
    internal void See(Ledger ledger, ImmutableArray<DesiredModule> desired)
    {
        var now = time.GetTimestamp();
        var living = desired.Select(module => module.Owner.Uid).ToHashSet(StringComparer.Ordinal);
        SeeAll(_vanished, ledger.Entries.Keys.Where(uid => !living.Contains(uid)), now);
        SeeAll(_tombstones, ledger.ClosedAttempts.Select(closed => closed.AttemptId), now);
        SeeAll(_attempts, ledger.OpenAttempts().Select(open => open.Attempt.Id), now);
        _barred.KeepOnly(ledger.Entries.Values
            .Where(static entry => entry.Replacing)
            .Select(static entry => entry.Key)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal));
    }

    internal Evidence Snapshot(
        Installation installation, Ledger ledger, long listBegan, ProtocolWindows windows,
        ImmutableDictionary<string, ObservedModule?> lookups)
    {
        _writes.ForgetOlderThan(windows.Consistency, listBegan);
        _deleted.ForgetOlderThan(windows.Consistency, listBegan);
        _conflicts.ForgetOlderThan(Belief, listBegan);
        var quiet = _quiet.Ages(listBegan);
        return new Evidence
        {
            Attempts = _attempts.Ages(listBegan).ToImmutableDictionary(
                pair => pair.Key,
                pair => new AttemptSight(pair.Value, quiet.TryGetValue(pair.Key, out var age) ? age : null),
                StringComparer.Ordinal),
            OwnWrites = _writes.Ages(listBegan),
            AbsentFor = _absent.Ages(listBegan),
            HiddenFor = _hidden.Ages(listBegan),
            Lookups = lookups,
            Contended = _contention.Contended(listBegan),
            Corrected = _contention.LastCorrected,
            Ghosts = [.. _deleted.Ages(listBegan).Keys],
            Conflicts = [.. _conflicts.Ages(listBegan).Keys],
            Vanished = _vanished.Ages(listBegan),
            Tombstones = _tombstones.Ages(listBegan),
            ExpiredTombstones = Expired(ledger, listBegan, windows),
            ApprovedActions = installation.ApprovedPlanHash is { } hash && _approved?.Hash == hash
                ? _approved.Value.Actions
                : [],
            QuotaCeiling = QuotaCeiling(listBegan),
        };
    }

    /// <summary>Remembers what a complete list showed, and what only single reads did, for the next one.</summary>
    internal void Learn(Resolution resolution, IEnumerable<string> hidden, long listBegan, ProtocolWindows windows)
    {
        foreach (var attemptId in resolution.QuietAttempts)
        {
            if (_attempts.Age(attemptId, listBegan) >= windows.Resolution)
            {
                _quiet.First(attemptId, listBegan);
            }
        }

        _quiet.KeepOnly(resolution.QuietAttempts);
        foreach (var key in resolution.AbsentKeys)
        {
            _absent.First(key, listBegan);
        }

        _absent.KeepOnly(resolution.AbsentKeys);

        // From the reads, not from the list: what they found may have been made between the two.
        SeeAll(_hidden, hidden, time.GetTimestamp());
    }

    /// <summary>The ledger is stored in this version now, as far as is known: one that is held in another is read
    /// again. A predecessor may have added a late result to our history (T4a, seed 1795352419311265).</summary>
    public void LedgerStored(string? version)
    {
        if (Held is { } held && held.Version != version)
        {
            Held = null;
        }
    }

    /// <summary>Nothing is to be done for a while: what is kept takes little room until the next pass. May be called
    /// while a pass runs, whose own writes prevail.</summary>
    public void Rest()
    {
        if (Held is { } held)
        {
            Interlocked.CompareExchange(ref _held, held.AtRest(), held);
        }
    }

    /// <summary>The throttling gate and the authorization history concern a credential; a new one starts
    /// clean.</summary>
    public void ForgetCredential()
    {
        _gate = null;
        _deniedSince = null;
    }

    private static void SeeAll(AgeBook book, IEnumerable<string> keys, long now)
    {
        var all = keys.ToHashSet(StringComparer.Ordinal);
        foreach (var key in all)
        {
            book.First(key, now);
        }

        book.KeepOnly(all);
    }

    private ImmutableHashSet<string> Expired(Ledger ledger, long now, ProtocolWindows windows)
    {
        var rejected = ledger.ClosedAttempts
            .Where(closed => closed.Verdict == AttemptVerdict.Rejected)
            .Select(closed => closed.AttemptId)
            .ToHashSet(StringComparer.Ordinal);

        // A refusal for good ends with a changed spec, not with time (I12).
        return
        [
            .. _tombstones.Ages(now)
                .Where(pair => pair.Value >= windows.Tombstone && !rejected.Contains(pair.Key))
                .Select(pair => pair.Key),
        ];
    }

    /// <summary>What the remote said about its limit is believed for a while: it may be raised.</summary>
    private int? QuotaCeiling(long now) =>
        _full is { } full && time.GetElapsedTime(full.At, now) < Belief ? full.Count : null;
}
