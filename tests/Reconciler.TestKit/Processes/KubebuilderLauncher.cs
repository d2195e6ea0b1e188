using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Reconciler.TestKit.Processes;

/// <summary>
/// Starts the etcd and kube-apiserver of KUBEBUILDER_ASSETS, with token authentication and a certificate that the
/// server signs itself, and writes contexts of the same names to the kubeconfig as the single binary does.
/// </summary>
internal sealed class KubebuilderLauncher(
    string program, string kubectl, string directory, string kubeconfig, ControlPlaneOptions options)
    : IApiServerLauncher
{
    private const string AdminToken = "admin-token-of-a-test";

    private readonly int _etcdPort = FreePort();
    private readonly int _etcdPeerPort = FreePort();
    private int _port;

    public async Task<RunningApiServer> StartAsync(int port)
    {
        _port = port != 0 ? port : _port != 0 ? _port : FreePort();
        await WriteCredentialsAsync();
        var etcdProgram = Path.Combine(Path.GetDirectoryName(program)!, "etcd");
        var etcd = ChildProcess.Start("etcd", directory, etcdProgram, EtcdArguments());
        await etcd.WaitForLineAsync(l => l.Contains("ready to serve client requests", StringComparison.Ordinal));
        var server = ChildProcess.Start("apiserver", directory, program, ServerArguments());
        await server.WaitForLineAsync(l => l.Contains("Serving securely on", StringComparison.Ordinal));
        await new Kubectl(kubectl, kubeconfig, directory).AwaitServerAsync();
        return new RunningApiServer([etcd, server], new Uri($"https://127.0.0.1:{_port}"));
    }

    private string[] EtcdArguments() =>
    [
        $"--data-dir={directory}/data/etcd",
        "--unsafe-no-fsync",
        $"--listen-client-urls=http://127.0.0.1:{_etcdPort}",
        $"--advertise-client-urls=http://127.0.0.1:{_etcdPort}",
        $"--listen-peer-urls=http://127.0.0.1:{_etcdPeerPort}",
    ];

    private IEnumerable<string> ServerArguments() =>
    [
        $"--etcd-servers=http://127.0.0.1:{_etcdPort}",
        $"--secure-port={_port}",
        "--bind-address=127.0.0.1",
        $"--cert-dir={directory}/data/certificates",
        $"--authorization-mode={(options.Rbac ? "RBAC" : "AlwaysAllow")}",
        $"--token-auth-file={directory}/tokens.csv",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--disable-admission-plugins=ServiceAccount",
        "--service-account-issuer=https://kubernetes.default.svc",
        $"--service-account-key-file={directory}/service-account.key",
        $"--service-account-signing-key-file={directory}/service-account.key",
        .. options.Arguments,
    ];

    private async Task WriteCredentialsAsync()
    {
        var key = Path.Combine(directory, "service-account.key");
        if (!File.Exists(key))
        {
            using var rsa = RSA.Create(2048);
            await File.WriteAllTextAsync(key, rsa.ExportRSAPrivateKeyPem());
        }

        var users = options.Users.Prepend(new ControlPlaneUser("admin", AdminToken, "system:masters")).ToList();
        await File.WriteAllLinesAsync(
            Path.Combine(directory, "tokens.csv"),
            users.Select(u => $"{u.Token},{u.Name},{u.Name},\"{string.Join(',', GroupsOf(u))}\""));
        // The single binary's admin has a certificate beside the token; here both contexts are by the token.
        await File.WriteAllTextAsync(
            kubeconfig,
            KubeconfigFile.Render(
                new Uri($"https://127.0.0.1:{_port}"), [.. users, users[0] with { Name = "admin-token" }]));
    }

    private static IEnumerable<string> GroupsOf(ControlPlaneUser user) =>
        user.Name.Split(':') is ["system", "serviceaccount", var space, _]
            ? [.. user.Groups, "system:serviceaccounts", $"system:serviceaccounts:{space}"]
            : user.Groups;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
