using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Operator.Hosting;

/// <summary>Reads what tells this cluster from every other one, also after a restore: the UID of the namespace
/// kube-system. Waits for the API server as long as it takes, and says so once.</summary>
internal sealed class ClusterIdentity(KubernetesClient client, TimeProvider time, ILogger log)
{
    private static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace");
    private static readonly Backoff Pause = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(15));

    public async Task<string> ReadAsync(CancellationToken stopping)
    {
        var pause = TimeSpan.Zero;
        while (true)
        {
            try
            {
                var found = await client.SendAsync(
                    ApiRequests.Get(Namespaces, new ObjectKey("", "kube-system"), metadataOnly: true),
                    ApiJson.PartialObject, stopping);
                return found.Metadata.Uid;
            }
            catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
            {
                if (pause == TimeSpan.Zero)
                {
                    log.ClusterUnavailable(exception.Message);
                }
            }

            pause = Pause.Next(pause, 0);
            await Task.Delay(pause, time, stopping);
        }
    }
}
