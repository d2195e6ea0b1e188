namespace Reconciler.Kubernetes.Client;

/// <summary>Follows a context to its cluster and user.</summary>
internal sealed class KubeconfigResolver(Kubeconfig kubeconfig, CredentialSource credentials)
{
    public ClusterConfig Resolve(string? contextName)
    {
        var name = contextName ?? kubeconfig.CurrentContext ?? throw new ClusterConfigException(
            $"{kubeconfig.Files}: no current-context. Set one with \"kubectl config use-context\" or give --context.");
        var context = kubeconfig.Entry(
            "contexts", "context", name, contextName is null ? "current-context" : $"--context {contextName}");
        var cluster = kubeconfig.Entry(
            "clusters", "cluster", Required(context, "cluster", name), $"context \"{name}\"");
        var user = context.Text("user") is { } userName
            ? kubeconfig.Entry("users", "user", userName, $"context \"{name}\"")
            : null;
        var server = ServerOf(cluster);
        var credential = user is null ? AnonymousCredential.Instance : credentials.CredentialOf(user, server);
        return new ClusterConfig
        {
            Origin = $"{context.File}, context \"{name}\"",
            Server = server,
            Namespace = context.Text("namespace") ?? "default",
            Credential = credential,
            Authority = AuthorityOf(cluster),
            ClientCertificate = credential as IClientCertificate
                ?? (user is null ? null : credentials.CertificateOf(user)),
            InsecureSkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = ProxyOf(cluster),
        };
    }

    private static string Required(YamlSection section, string key, string context) => section.Text(key)
        ?? throw new ClusterConfigException($"{section.Where}: context \"{context}\" has no \"{key}\".");

    private static Uri ServerOf(YamlSection cluster)
    {
        var text = cluster.Text("server")
            ?? throw new ClusterConfigException($"{cluster.Where}: the cluster has no \"server\".");
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "https" or "http"
            ? server
            : throw new ClusterConfigException(
                $"{cluster.Where}: server \"{text}\" is not an address such as https://host:6443.");
    }

    private static Uri? ProxyOf(YamlSection cluster)
    {
        var text = cluster.Text("proxy-url");
        return text is null ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw new ClusterConfigException(
                $"{cluster.Where}: proxy-url must be an http, https or socks5 address.");
    }

    private static CertificateAuthority? AuthorityOf(YamlSection cluster)
    {
        if (cluster.Flag("insecure-skip-tls-verify"))
        {
            return null;
        }

        if (cluster.Text("certificate-authority-data") is { } data)
        {
            return CertificateAuthority.FromData(Pem.Decode(data, $"{cluster.Where}: certificate-authority-data"));
        }

        return cluster.Text("certificate-authority") is { } path
            ? CertificateAuthority.FromFile(Pem.Existing(cluster, "certificate-authority", path))
            : null;
    }
}
