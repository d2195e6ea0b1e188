using System.Collections.Concurrent;
using System.Text.Json;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Operator.Control;

/// <summary>
/// Ledgers as ModuleLedger resources, one per Installation, of the same name. Reads go past every cache (a GET without
/// a resourceVersion is a quorum read); writes carry the version that was read. No owner reference, so that no cascade
/// can drop it; a finalizer while it holds entries or orphans (crash-safety.md §3).
/// </summary>
/// <remarks>
/// Write rule: a write whose answer was lost is read back and counts as written only if what is stored is what was
/// sent, all of it. Sequence, epoch and writer do not tell: a predecessor that records a late result adds one version
/// to the successor's history in the successor's name (T4a, seed 55). Everything else is Conflict or Failed, and
/// nothing may be sent on the strength of it. An acknowledged write is not read back: what is stored is what was sent,
/// so nothing in between (an admission webhook) may change a ModuleLedger.
/// </remarks>
internal sealed class ClusterLedgerStore(KubernetesClient client, ResourceType type, ControlMetrics metrics)
    : ILedgerStore
{
    // What the next replacing write must carry on; only ever used together with the version it came with.
    private readonly ConcurrentDictionary<InstallationKey, LedgerMetadata> _lastSeen = new();

    public async Task<LedgerReadOutcome> ReadAsync(InstallationKey installation, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.SendAsync(ApiRequests.Get(type, KeyOf(installation)), cancellationToken);
            var found = LedgerObject.Parse(answer.Body);
            _lastSeen[installation] = found.Metadata;
            return new LedgerReadOutcome.Found(found.Ledger, found.Version);
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            Forget(installation);
            return new LedgerReadOutcome.Absent();
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            return new LedgerReadOutcome.Failed(
                $"ModuleLedger {installation} could not be read: {exception.Message}");
        }
    }

    public async Task<LedgerWriteOutcome> WriteAsync(
        Ledger next, string? version, CancellationToken cancellationToken)
    {
        var request = RequestFor(next, version);
        if (request is null)
        {
            return Conflict();
        }

        try
        {
            var answer = await client.SendAsync(request, cancellationToken);
            return Written(next.Installation, LedgerMetadata.Parse(answer.Body));
        }
        catch (KubernetesApiException refusal) when (refusal.IsConflict || refusal.IsAlreadyExists)
        {
            return Conflict();
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound && version is not null)
        {
            // Deleted by somebody since it was read.
            return Conflict();
        }
        catch (KubernetesApiException refusal) when (!refusal.IsOutcomeUnknown)
        {
            return Failed(next, refusal.Message);
        }
        catch (KubernetesConnectionException fault) when (fault.Delivery == Delivery.NotSent)
        {
            return Failed(next, fault.Message);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            return await ReadBackAsync(next, exception.Message, cancellationToken);
        }
    }

    public void Forget(InstallationKey installation) => _lastSeen.TryRemove(installation, out _);

    private HttpRequestMessage? RequestFor(Ledger next, string? version)
    {
        if (version is null)
        {
            return ApiRequests.Create(
                type, next.Installation.Namespace, LedgerMetadata.None.ReplacedBy(next, type),
                metadataOnly: true);
        }

        // Without the metadata of exactly this version a replacing write would drop what others wrote there.
        return _lastSeen.TryGetValue(next.Installation, out var current) && current.Version == version
            ? ApiRequests.Replace(
                type, KeyOf(next.Installation), current.ReplacedBy(next, type), metadataOnly: true)
            : null;
    }

    private async Task<LedgerWriteOutcome> ReadBackAsync(
        Ledger next, string problem, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(next.Installation, cancellationToken);
        return read switch
        {
            LedgerReadOutcome.Found(var ledger, var version) when LedgerJson.AreEqual(ledger, next) => Written(version),
            LedgerReadOutcome.Found(var ledger, _) when ledger.Sequence >= next.Sequence => Conflict(),
            LedgerReadOutcome.Found or LedgerReadOutcome.Absent or LedgerReadOutcome.Failed => Failed(next, problem),
            _ => throw new InvalidOperationException($"Unknown read outcome {read}."),
        };
    }

    private LedgerWriteOutcome Written(InstallationKey installation, LedgerMetadata stored)
    {
        _lastSeen[installation] = stored;
        return Written(stored.Version);
    }

    private LedgerWriteOutcome.Written Written(string version)
    {
        metrics.LedgerWritten();
        return new LedgerWriteOutcome.Written(version);
    }

    private LedgerWriteOutcome.Conflict Conflict()
    {
        metrics.LedgerConflicted();
        return new LedgerWriteOutcome.Conflict();
    }

    private static LedgerWriteOutcome.Failed Failed(Ledger next, string problem) =>
        new($"ModuleLedger {next.Installation} could not be written: {problem}");

    private static bool IsExpected(Exception exception) =>
        exception is KubernetesApiException or KubernetesConnectionException or JsonException or FormatException;

    private static ObjectKey KeyOf(InstallationKey installation) => new(installation.Namespace, installation.Name);
}
