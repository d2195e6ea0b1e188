using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>Reads a ledger to look at it.</summary>
internal static class LedgerReading
{
    /// <exception cref="ManifestException">It cannot be read.</exception>
    public static async Task<Ledger?> ReadAsync(
        ILedgerStore ledgers, InstallationKey installation, CancellationToken cancellationToken) =>
        await ledgers.ReadAsync(installation, cancellationToken) switch
        {
            LedgerReadOutcome.Found found => found.Ledger,
            LedgerReadOutcome.Failed failed => throw new ManifestException(failed.Message),
            _ => null,
        };
}
