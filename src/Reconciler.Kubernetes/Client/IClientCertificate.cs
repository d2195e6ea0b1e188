using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Kubernetes.Client;

/// <summary>The certificate for the next TLS handshake; asked each time, so that a rotated one is used.</summary>
public interface IClientCertificate
{
    /// <summary>null presents none.</summary>
    X509Certificate2? Current { get; }
}
