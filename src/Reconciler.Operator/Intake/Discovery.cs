using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Intake;

/// <summary>
/// Creates an Installation for a verified tenant that none refers to. It never changes one that is there, its name
/// follows from the tenant, so two replicas make one, and it stops at a number. Failing delays nothing: the tenant
/// calls again.
/// </summary>
internal sealed class Discovery(
    KubernetesClient client, DiscoveryTemplate template, string inNamespace, int max, ILogger log)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ForgeInstallationId> _made = [];
    private bool _fullSaid;

    public async Task SeeAsync(
        ForgeInstallationId tenant, ClusterView cluster, CancellationToken cancellationToken)
    {
        // Before the first sync nobody knows whether the tenant is served.
        if (!cluster.IsSynced || cluster.InstallationsOfForge(tenant.ToString()).Any() || !TryReserve(tenant, cluster))
        {
            return;
        }

        try
        {
            await client.SendAsync(
                ApiRequests.Create(ResourceTypes.Installation, inNamespace, template.Write(tenant, inNamespace)),
                ApiJson.PartialObject, cancellationToken);
            log.TenantDiscovered(tenant.ToString(), $"{inNamespace}/{template.NameFor(tenant)}");
        }
        catch (KubernetesApiException refusal) when (refusal.StatusCode == 409)
        {
            // It is there: made by another replica, or by a person. It stays as it is.
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
        {
            Release(tenant);
            log.DiscoveryFailed(tenant.ToString(), exception.Message);
        }
    }

    // What was made and has not come back by the watch yet counts too.
    private bool TryReserve(ForgeInstallationId tenant, ClusterView cluster)
    {
        lock (_gate)
        {
            if (_made.Contains(tenant))
            {
                return false;
            }

            _made.RemoveWhere(made => cluster.InstallationsOfForge(made.ToString()).Any());
            var count = _made.Count + cluster.Installations.List().Count(
                installation => installation.Metadata.Namespace == inNamespace
                    && installation.Metadata.Labels.ContainsKey(DiscoveryTemplate.Label));
            if (count < max)
            {
                _fullSaid = false;
                return _made.Add(tenant);
            }

            if (!_fullSaid)
            {
                _fullSaid = true;
                log.DiscoveryFull(max);
            }

            return false;
        }
    }

    private void Release(ForgeInstallationId tenant)
    {
        lock (_gate)
        {
            _made.Remove(tenant);
        }
    }
}
