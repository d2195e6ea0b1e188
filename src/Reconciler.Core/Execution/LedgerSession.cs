using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Execution;

/// <summary>
/// One pass's hold on the ledger: reads it once per leadership, opens an epoch (T0), and commits changes by
/// compare-and-swap. After a conflict or a failure nothing more is sent in this pass and the next one reads again.
/// </summary>
internal sealed class LedgerSession(ILedgerStore store, PassMemory memory, PassOptions options, TimeProvider time)
{
    private readonly List<Func<Ledger, Ledger>> _deferred = [];
    private string? _version;
    private bool _readOnly;

    /// <summary>As last acknowledged (or, in a dry run, as it would be).</summary>
    public Ledger Ledger { get; private set; } = new(default, default);

    /// <summary>Why the ledger cannot be relied on any more; null while it can.</summary>
    public string? Problem { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Reads without taking anything over: for a dry run, and for a ledger of another cluster.</summary>
    public async Task<bool> OpenReadOnlyAsync(PassInput input, CancellationToken cancellationToken)
    {
        _readOnly = true;
        return await ReadAsync(input, cancellationToken);
    }

    /// <summary>T0. False when the ledger is unavailable; true but <see cref="IsForeign"/> when it is not
    /// ours.</summary>
    public async Task<bool> OpenAsync(PassInput input, CancellationToken cancellationToken)
    {
        if (!await ReadAsync(input, cancellationToken))
        {
            return false;
        }

        if (IsForeign(input) || IsOfAnotherApi(input)
            || (IsOfAnotherRemote(input) && Ledger.BelongsTo(input.ClusterId)))
        {
            _readOnly = true;
            return true;
        }

        return await TakeOverAsync(input, cancellationToken) && await DeliverOutboxAsync(cancellationToken);
    }

    public bool IsForeign(PassInput input) =>
        !Ledger.BelongsTo(input.ClusterId)
            && !string.Equals(input.Installation.ConfirmedTakeover, input.ClusterId, StringComparison.Ordinal);

    /// <summary>What it claims is behind another API than the one that is to be spoken to: keys of the one mean nothing
    /// to the other. A ledger that claims nothing begins anew.</summary>
    public bool IsOfAnotherApi(PassInput input) => Ledger.Api != input.Installation.Api && ClaimsAnything;

    /// <summary>What it claims is behind another address, or in another tenant, than the one that is to be spoken to,
    /// and nobody has said that it is there too: an empty list from there would prove nothing (L7).</summary>
    public bool IsOfAnotherRemote(PassInput input) =>
        RemembersAnything && Moved(input.Installation) is { } moved
            && !string.Equals(input.Installation.ConfirmedTakeover, moved, StringComparison.Ordinal);

    private bool ClaimsAnything => !(Ledger.Entries.IsEmpty && Ledger.Orphans.IsEmpty);

    /// <summary>What was let go is remembered too: a sole writer that forgot it for a typo in the address would prune
    /// it once that is mended.</summary>
    private bool RemembersAnything => ClaimsAnything || !Ledger.Released.IsEmpty;

    private string? Moved(Installation installation) =>
        Ledger.Remote is { } known ? installation.Remote?.NewSince(known) : null;

    /// <summary>Rides with the next commit. Only for changes that a crash may lose: they are found again.</summary>
    public void Defer(Func<Ledger, Ledger> change) => _deferred.Add(change);

    /// <summary>Writes the deferred changes and this one, if they change anything.</summary>
    public async Task<bool> CommitAsync(Func<Ledger, Ledger> change, CancellationToken cancellationToken)
    {
        var next = change(_deferred.Aggregate(Ledger, (current, deferred) => deferred(current)));
        _deferred.Clear();
        if (ReferenceEquals(next, Ledger))
        {
            return true;
        }

        return await WriteAsync(next.Seal(Ledger), cancellationToken);
    }

    /// <summary>T4a, T4b: writes known results until they are in, onto whatever version there is by now. What cannot be
    /// written stays in the outbox for the next pass.</summary>
    public async Task<bool> RecordAsync(ImmutableArray<AttemptResult> results, CancellationToken cancellationToken)
    {
        memory.Post(results);
        var delay = options.RecordDelay;
        for (var tries = 0; tries < options.RecordTries; tries++)
        {
            if (tries > 1)
            {
                // The first retry is at once: after a conflict the store is well and only our version is old.
                await Task.Delay(delay, time, cancellationToken);
                delay *= 2;
            }

            if ((tries == 0 && Problem is null) || await RereadAsync(cancellationToken))
            {
                if (await TryRecordAsync(cancellationToken))
                {
                    memory.ClearOutbox();
                    return Problem is null;
                }
            }
        }

        return false;
    }

    private async Task<bool> TryRecordAsync(CancellationToken cancellationToken)
    {
        var next = Ledger.Record(memory.Outbox, Now);
        return ReferenceEquals(next, Ledger) || await WriteAsync(next.Seal(Ledger), cancellationToken);
    }

    private async Task<bool> DeliverOutboxAsync(CancellationToken cancellationToken) =>
        memory.Outbox.IsEmpty || await RecordAsync([], cancellationToken);

    private async Task<bool> TakeOverAsync(PassInput input, CancellationToken cancellationToken)
    {
        if (_version is null)
        {
            memory.Epoch = Ledger.Epoch;
            return true;
        }

        var bound = BindToRemote(input);
        if (memory.Epoch == Ledger.Epoch && Ledger.BelongsTo(input.ClusterId) && ReferenceEquals(bound, Ledger))
        {
            return true;
        }

        var taken = await CommitAsync(
            _ => bound.TakeOver(input.ClusterId, input.Writer, Now), cancellationToken);
        if (taken)
        {
            memory.Epoch = Ledger.Epoch;
        }

        return taken;
    }

    /// <summary>The ledger as it goes on with the API and remote of the spec. A takeover from another cluster that
    /// finds another remote as well leaves that to be confirmed next.</summary>
    private Ledger BindToRemote(PassInput input)
    {
        var (api, remote) = (input.Installation.Api, input.Installation.Remote);
        if (IsOfAnotherRemote(input))
        {
            return Ledger;
        }

        var begins = Ledger.Api != api || (Moved(input.Installation) is not null && !RemembersAnything);
        var ledger = begins ? Ledger.BeginAnew(api) : Ledger;
        var known = remote is null ? ledger.Remote : remote with { Tenant = remote.Tenant ?? ledger.Remote?.Tenant };
        return ledger.Remote == known ? ledger : ledger with { Remote = known };
    }

    private async Task<bool> ReadAsync(PassInput input, CancellationToken cancellationToken)
    {
        if (memory.Held is { } held && held.Read() is { } known)
        {
            (Ledger, _version) = (known, held.Version);
            return true;
        }

        switch (await store.ReadAsync(input.Installation.Key, cancellationToken))
        {
            case LedgerReadOutcome.Found found:
                (Ledger, _version) = (found.Ledger, found.Version);
                return true;
            case LedgerReadOutcome.Absent:
                Ledger = Leadership.Begin(
                    input.Installation.Key, input.Installation.Api, input.ClusterId, input.Writer) with
                {
                    Remote = input.Installation.Remote,
                };
                return true;
            case LedgerReadOutcome.Failed failed:
                Problem = $"the ledger cannot be read: {failed.Message}";
                return false;
            default:
                throw new InvalidOperationException("unhandled ledger read outcome");
        }
    }

    /// <summary>The re-read of T4a. A successor's epoch and writer are kept: a late result is added to their history,
    /// it does not take it over (I8).</summary>
    private async Task<bool> RereadAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(Ledger.Installation, cancellationToken) is not LedgerReadOutcome.Found found)
        {
            return false;
        }

        if (options.Rules.RereadOnConflict)
        {
            Ledger = found.Ledger;
        }

        _version = found.Version;
        return true;
    }

    // Cancelled, it may be stored all the same: whoever still writes in this pass has to read first.
    private async Task<LedgerWriteOutcome> StoreAsync(Ledger next, CancellationToken cancellationToken)
    {
        try
        {
            return await store.WriteAsync(next, _version, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Problem = "the ledger write was cancelled";
            throw;
        }
    }

    private async Task<bool> WriteAsync(Ledger next, CancellationToken cancellationToken)
    {
        if (_readOnly)
        {
            Ledger = next;
            return true;
        }

        // Until it is acknowledged nobody knows which version is stored.
        memory.Held = null;
        switch (await StoreAsync(next, cancellationToken))
        {
            case LedgerWriteOutcome.Written written:
                (Ledger, _version) = (next, written.Version);
                if (Problem is null)
                {
                    memory.Held = new HeldLedger.Open(Ledger, _version);
                }

                return true;
            case LedgerWriteOutcome.Conflict:
                Problem = "the ledger was changed by somebody else";
                return false;
            case LedgerWriteOutcome.Failed failed:
                Problem = $"the ledger cannot be written: {failed.Message}";
                return false;
            default:
                throw new InvalidOperationException("unhandled ledger write outcome");
        }
    }
}
