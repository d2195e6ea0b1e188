using System.Text.Json;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Console;

/// <summary>
/// Ledgers for looking at, on a replica that makes no passes: the caches hold their metadata only, so one is read from
/// the API server when somebody looks at its installation, once per version of it. Nothing is decided from it.
/// </summary>
internal sealed class LedgerReader(KubernetesClient client)
{
    private const int KeptMax = 16;

    private readonly Dictionary<InstallationKey, (string Version, Ledger Ledger)> _kept = [];
    private readonly Lock _lock = new();

    /// <param name="version">As the cache has it.</param>
    /// <returns>The ledger, or one sentence about why there is none to show.</returns>
    public async Task<(Ledger? Ledger, string? Problem)> ReadAsync(
        InstallationKey installation, string version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue(installation, out var kept) && kept.Version == version)
            {
                return (kept.Ledger, null);
            }
        }

        try
        {
            var answer = await client.SendAsync(
                ApiRequests.Get(ResourceTypes.ModuleLedger, new(installation.Namespace, installation.Name)),
                cancellationToken);
            var found = LedgerObject.Parse(answer.Body);
            Keep(installation, found);
            return (found.Ledger, null);
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            return (null, null);
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException
            or JsonException or FormatException)
        {
            return (null, $"ModuleLedger {installation} could not be read: {exception.Message}");
        }
    }

    private void Keep(InstallationKey installation, LedgerObject found)
    {
        lock (_lock)
        {
            if (_kept.Count >= KeptMax)
            {
                _kept.Clear();
            }

            _kept[installation] = (found.Version, found.Ledger);
        }
    }
}
