namespace Reconciler.Kubernetes.Client;

/// <summary>How to reach one API server and who we are there. Made by <see cref="ClusterConfigLoader"/>; used by
/// <see cref="ApiTransport"/> and <see cref="KubernetesClient"/>.</summary>
public sealed record ClusterConfig
{
    /// <summary>Where this came from, for messages: a file and context, or the pod.</summary>
    public required string Origin { get; init; }

    public required Uri Server { get; init; }

    /// <summary>The namespace of the context, or of the pod.</summary>
    public string Namespace { get; init; } = "default";

    public IApiCredential Credential { get; init; } = AnonymousCredential.Instance;

    /// <summary>null trusts the system's roots.</summary>
    public CertificateAuthority? Authority { get; init; }

    public IClientCertificate? ClientCertificate { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    /// <summary>The name in the server's certificate, where it is not the host of the address.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>null obeys HTTPS_PROXY and NO_PROXY.</summary>
    public Uri? Proxy { get; init; }

    // Credentials print nothing themselves; the address could carry a user part.
    public override string ToString() =>
        $"{Origin} ({Server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)})";
}
