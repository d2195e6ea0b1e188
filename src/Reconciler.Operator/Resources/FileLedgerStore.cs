using System.Security.Cryptography;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Resources;

/// <summary>
/// Ledgers as files below a state directory, for use without a cluster:
/// <c>ledgers/&lt;namespace&gt;/&lt;name&gt;.json</c>, the <c>.spec</c> of a ModuleLedger each. A write replaces the
/// file atomically and is on the disk before it is acknowledged; the version of a file is the digest of its content.
/// Who writes must hold the <see cref="StateLock"/>.
/// </summary>
internal sealed class FileLedgerStore(string directory) : ILedgerStore
{
    /// <summary>Far above any ledger (crash-safety.md §3): more is not one.</summary>
    private const int BytesMax = 16 * 1024 * 1024;

    public async Task<LedgerReadOutcome> ReadAsync(InstallationKey installation, CancellationToken cancellationToken)
    {
        var path = PathOf(installation);
        try
        {
            var content = await ReadFileAsync(path, cancellationToken);
            if (content is null)
            {
                return new LedgerReadOutcome.Absent();
            }

            if (!LedgerJson.TryRead(content, out var ledger, out var error))
            {
                return new LedgerReadOutcome.Failed($"{path}: {error}");
            }

            return ledger!.Installation == installation
                ? new LedgerReadOutcome.Found(ledger, VersionOf(content))
                : new LedgerReadOutcome.Failed(
                    $"{path}: the ledger belongs to {ledger.Installation}: restore the right file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new LedgerReadOutcome.Failed($"{path}: cannot be read: {exception.Message}");
        }
    }

    public async Task<LedgerWriteOutcome> WriteAsync(
        Ledger next, string? version, CancellationToken cancellationToken)
    {
        var path = PathOf(next.Installation);
        try
        {
            var current = await ReadFileAsync(path, cancellationToken);
            if ((current is null ? null : VersionOf(current)) != version)
            {
                return new LedgerWriteOutcome.Conflict();
            }

            var content = LedgerJson.Write(next);
            PrivateFile.Replace(path, content);
            return new LedgerWriteOutcome.Written(VersionOf(content));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new LedgerWriteOutcome.Failed($"{path}: cannot be written: {exception.Message}");
        }
    }

    private string PathOf(InstallationKey installation) =>
        Path.Combine(directory, "ledgers", installation.Namespace, $"{installation.Name}.json");

    private static string VersionOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static async Task<byte[]?> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        await using var stream = File.OpenRead(path);
        if (stream.Length > BytesMax)
        {
            throw new IOException($"it has {stream.Length} bytes and is no ledger");
        }

        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return content;
    }
}
