using System.Globalization;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Tests.Doubles;

/// <summary>What happens to one ledger write.</summary>
public enum WriteFate { Acknowledged, Conflict, LostAfterCommit, LostBeforeCommit, CancelledAfterCommit }

/// <summary>A linearizable ledger that checks every version it is given: injective claims (I1), one chain, epochs that
/// never fall (I8), attempts that are never reopened (I3).</summary>
public sealed class FakeLedgerStore(Tripwire tripwire) : ILedgerStore
{
    private int _version;

    public Ledger? Stored { get; set; }
    public int Writes { get; private set; }
    public Queue<WriteFate> WriteFates { get; } = new();
    public bool Unreadable { get; set; }

    /// <summary>Runs before each write takes effect.</summary>
    public Action<Ledger> Before { get; set; } = _ => { };

    public Task<LedgerReadOutcome> ReadAsync(InstallationKey installation, CancellationToken cancellationToken)
    {
        tripwire.Step();
        if (Unreadable)
        {
            return Task.FromResult<LedgerReadOutcome>(new LedgerReadOutcome.Failed("no route"));
        }

        return Task.FromResult<LedgerReadOutcome>(Stored is null
            ? new LedgerReadOutcome.Absent()
            : new LedgerReadOutcome.Found(Stored, Version));
    }

    public Task<LedgerWriteOutcome> WriteAsync(Ledger next, string? version, CancellationToken cancellationToken)
    {
        tripwire.Step();
        Before(next);
        var fate = WriteFates.TryDequeue(out var queued) ? queued : WriteFate.Acknowledged;
        if (fate == WriteFate.LostBeforeCommit)
        {
            return Task.FromResult<LedgerWriteOutcome>(new LedgerWriteOutcome.Failed("timeout"));
        }

        if (fate == WriteFate.Conflict || version != (Stored is null ? null : Version))
        {
            return Task.FromResult<LedgerWriteOutcome>(new LedgerWriteOutcome.Conflict());
        }

        Check(next);
        Stored = next;
        _version++;
        Writes++;
        tripwire.Step();
        if (fate == WriteFate.CancelledAfterCommit)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return Task.FromResult<LedgerWriteOutcome>(fate == WriteFate.LostAfterCommit
            ? new LedgerWriteOutcome.Failed("timeout")
            : new LedgerWriteOutcome.Written(Version));
    }

    /// <summary>Somebody else writes.</summary>
    public void Intrude(Func<Ledger, Ledger> change)
    {
        Stored = change(Stored!) with { Sequence = Stored!.Sequence + 1 };
        _version++;
    }

    private string Version => _version.ToString(CultureInfo.InvariantCulture);

    private void Check(Ledger next)
    {
        Assert.Null(next.FindDoubleClaim());
        Assert.Equal((Stored?.Sequence ?? 0) + 1, next.Sequence);
        Assert.True(next.Epoch >= (Stored?.Epoch ?? 0), "an old epoch committed");
        foreach (var (uid, entry) in next.Entries)
        {
            Assert.Equal(entry.Phase == EntryPhase.Intent, entry.Attempt is not null);
            if (entry.Attempt is { } attempt && Stored?.Entries.GetValueOrDefault(uid)?.Attempt is { } before)
            {
                Assert.Equal(before.Id, attempt.Id);
            }
        }
    }
}
