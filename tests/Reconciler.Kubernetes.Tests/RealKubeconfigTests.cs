using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit.Wire;

namespace Reconciler.Kubernetes.Tests;

/// <summary>The rarer ways in of a kubeconfig, against a real API server.</summary>
[Collection(RealApiServerCollection.Name)]
public sealed class RealKubeconfigTests(RealApiServer server) : IDisposable
{
    private static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace");

    private readonly string _directory = Directory.CreateTempSubdirectory("reconciler-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [RealApiServerFact]
    public async Task A_server_that_nobody_vouches_for_is_refused_unless_its_certificate_is_not_to_be_verified()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "token"), await TokenAsync());
        var user = new JsonObject { ["tokenFile"] = "token" };
        var refusal = await Assert.ThrowsAsync<KubernetesConnectionException>(() => ListAsync([], user));
        Assert.Equal(Delivery.NotSent, refusal.Delivery);

        await ListAsync(new() { ["insecure-skip-tls-verify"] = true }, user);
    }

    [RealApiServerFact]
    public async Task All_requests_go_through_the_proxy_of_the_cluster()
    {
        await using var proxy = new TunnelProxy();

        await ListAsync(
            new() { ["insecure-skip-tls-verify"] = true, ["proxy-url"] = proxy.Address.ToString() },
            new() { ["token"] = await TokenAsync() });

        Assert.Equal([server.Config("admin").Server.Authority], proxy.Targets);
    }

    [RealApiServerFact]
    public async Task A_plugin_that_prints_a_client_certificate_authenticates_by_it()
    {
        var certificate = server.Config("admin").ClientCertificate!.Current!;
        var answer = new JsonObject
        {
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["kind"] = "ExecCredential",
            ["status"] = new JsonObject
            {
                ["clientCertificateData"] = certificate.ExportCertificatePem(),
                ["clientKeyData"] = KeyPem(certificate),
            },
        };
        var file = Path.Combine(_directory, "answer.json");
        await File.WriteAllTextAsync(file, answer.ToJsonString());

        await ListAsync(
            new() { ["insecure-skip-tls-verify"] = true },
            new()
            {
                ["exec"] = new JsonObject
                {
                    ["apiVersion"] = "client.authentication.k8s.io/v1",
                    ["command"] = "cat",
                    ["args"] = new JsonArray(file),
                },
            });
    }

    private async Task<string> TokenAsync() =>
        (await server.Config("admin-token").Credential.GetTokenAsync(false, default))!;

    private async Task ListAsync(JsonObject cluster, JsonObject user)
    {
        cluster["server"] = server.Config("admin").Server.ToString();
        var kubeconfig = new JsonObject
        {
            ["current-context"] = "c",
            ["clusters"] = new JsonArray(Named("cluster", cluster)),
            ["users"] = new JsonArray(Named("user", user.DeepClone())),
            ["contexts"] = new JsonArray(Named("context", new JsonObject { ["cluster"] = "c", ["user"] = "c" })),
        };
        var file = Path.Combine(_directory, "config");
        await File.WriteAllTextAsync(file, kubeconfig.ToJsonString());
        using var client = RealApiServer.Client(new ClusterConfigLoader(TimeProvider.System).Load(file, null));
        var page = await client.ListAsync(
            ApiRequests.List(Namespaces, null, ListQuery.All), ApiJson.PartialObject, default);
        Assert.NotEmpty(page.ResourceVersion);
    }

    private static JsonObject Named(string what, JsonNode content) => new() { ["name"] = "c", [what] = content };

    private static string KeyPem(X509Certificate2 certificate)
    {
        using var ecdsa = certificate.GetECDsaPrivateKey();
        using var rsa = certificate.GetRSAPrivateKey();
        return ecdsa?.ExportPkcs8PrivateKeyPem() ?? rsa!.ExportPkcs8PrivateKeyPem();
    }
}
