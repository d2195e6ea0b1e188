namespace Reconciler.Kubernetes.Client;

/// <summary>
/// Finds the cluster, first hit wins: the explicit file; the files of <c>KUBECONFIG</c>; the pod we run in;
/// <c>~/.kube/config</c>. An explicit context asks for a kubeconfig, so the pod is skipped.
/// </summary>
public sealed class ClusterConfigLoader(
    Func<string, string?> environment, TimeProvider time, string serviceAccountDirectory)
{
    public const string ServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

    public ClusterConfigLoader(TimeProvider time)
        : this(Environment.GetEnvironmentVariable, time, ServiceAccountDirectory)
    {
    }

    /// <exception cref="ClusterConfigException">Nothing usable was found.</exception>
    public ClusterConfig Load(string? kubeconfigPath = null, string? context = null)
    {
        if (!string.IsNullOrEmpty(kubeconfigPath))
        {
            return FromFiles([kubeconfigPath], context);
        }

        if (environment("KUBECONFIG") is { Length: > 0 } list)
        {
            const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
            return FromFiles(list.Split(Path.PathSeparator, Tidy), context);
        }

        if (context is null && InCluster() is { } pod)
        {
            return pod;
        }

        var home = Path.Combine(environment("HOME") ?? environment("USERPROFILE") ?? "", ".kube", "config");
        return File.Exists(home)
            ? FromFiles([home], context)
            : throw new ClusterConfigException(
                $"No cluster: {home} does not exist and this is not a pod. Give --kubeconfig FILE or set KUBECONFIG.");
    }

    private ClusterConfig FromFiles(IReadOnlyList<string> paths, string? context)
    {
        var kubeconfig = Kubeconfig.Read(paths);
        return new KubeconfigResolver(kubeconfig, new CredentialSource(environment, time)).Resolve(context);
    }

    private ClusterConfig? InCluster()
    {
        var host = environment("KUBERNETES_SERVICE_HOST");
        if (string.IsNullOrEmpty(host))
        {
            return null;
        }

        var token = Path.Combine(serviceAccountDirectory, "token");
        var authority = Path.Combine(serviceAccountDirectory, "ca.crt");
        var space = Path.Combine(serviceAccountDirectory, "namespace");
        if (!File.Exists(token))
        {
            throw new ClusterConfigException(
                $"This looks like a pod (KUBERNETES_SERVICE_HOST is set) but {token} does not exist. "
                + "Set automountServiceAccountToken: true or give --kubeconfig FILE.");
        }

        return new ClusterConfig
        {
            Origin = "in-cluster",
            Server = new UriBuilder("https", host.Trim('[', ']'), Port()).Uri,
            Namespace = File.Exists(space) ? File.ReadAllText(space).Trim() : "default",
            Credential = new TokenFileCredential(token, time),
            Authority = CertificateAuthority.FromFile(authority),
        };
    }

    private int Port() => int.TryParse(environment("KUBERNETES_SERVICE_PORT"), out var port) ? port : 443;
}
