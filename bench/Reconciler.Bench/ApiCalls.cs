using System.Text;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>Creates resources over the wire, without starting a kubectl for each.</summary>
internal sealed class ApiCalls(ControlPlane cluster) : IDisposable
{
    public static readonly ResourceType Modules = new("reconciler.io", "v1alpha1", "dynamicmodules", "DynamicModule");

    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret");

    private readonly Lazy<KubernetesClient> _client = new(() => Connect(cluster));

    /// <summary>Creates one DynamicModule and returns when the API server has accepted it (UTC).</summary>
    public async Task<DateTimeOffset> CreateModuleAsync(string installation, string name, string data)
    {
        var json = $$"""
            {"apiVersion":"reconciler.io/v1alpha1","kind":"DynamicModule",
             "metadata":{"name":"{{name}}","namespace":"bench"},
             "spec":{"installationRef":{"name":"{{installation}}"},"type":"trigger","data":{{data}} } }
            """;
        await _client.Value.SendAsync(
            ApiRequests.Create(Modules, "bench", Encoding.UTF8.GetBytes(json)), CancellationToken.None);
        return DateTimeOffset.UtcNow;
    }

    /// <summary>Puts another token into a Secret and returns when that was sent (UTC): on a busy machine the operator
    /// acts before the answer is read here.</summary>
    public async Task<DateTimeOffset> RotateAsync(string secret, string token)
    {
        var json = $$"""{"stringData":{"token":"{{token}}"} }""";
        var sent = DateTimeOffset.UtcNow;
        await _client.Value.SendAsync(
            ApiRequests.MergePatch(Secrets, new ObjectKey("bench", secret), Encoding.UTF8.GetBytes(json)),
            CancellationToken.None);
        return sent;
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static KubernetesClient Connect(ControlPlane cluster)
    {
        var config = new ClusterConfigLoader(TimeProvider.System).Load(cluster.Kubeconfig);
        return new KubernetesClient(
            ApiTransport.Create(config), config.Server, config.Credential, new KubernetesClientOptions(),
            TimeProvider.System);
    }
}
