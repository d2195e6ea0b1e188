using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>
/// Reads and writes one ledger by compare-and-swap. Two real implementations: ModuleLedger resources in a cluster,
/// files without one. Reads are linearizable (quorum read, no cache).
/// </summary>
public interface ILedgerStore
{
    Task<LedgerReadOutcome> ReadAsync(InstallationKey installation, CancellationToken cancellationToken);

    /// <summary>Writes <paramref name="next"/> if the stored version is still <paramref name="version"/>; version null
    /// means "must not exist". The caller has raised Sequence by one. A write whose answer was lost is re-read
    /// before this returns, and counts as written only if all of it is what was sent.</summary>
    Task<LedgerWriteOutcome> WriteAsync(Ledger next, string? version, CancellationToken cancellationToken);
}

public abstract record LedgerReadOutcome
{
    private LedgerReadOutcome() { }

    public sealed record Found(Ledger Ledger, string Version) : LedgerReadOutcome;

    public sealed record Absent : LedgerReadOutcome;

    public sealed record Failed(string Message) : LedgerReadOutcome;
}

public abstract record LedgerWriteOutcome
{
    private LedgerWriteOutcome() { }

    /// <summary>Acknowledged, or read back and found to be ours.</summary>
    public sealed record Written(string Version) : LedgerWriteOutcome;

    /// <summary>Somebody else wrote: re-read before anything is sent.</summary>
    public sealed record Conflict : LedgerWriteOutcome;

    /// <summary>Not known to be written. Nothing may be sent on the strength of it.</summary>
    public sealed record Failed(string Message) : LedgerWriteOutcome;
}
