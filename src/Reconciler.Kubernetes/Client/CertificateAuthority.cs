using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Kubernetes.Client;

/// <summary>
/// The certificates a server's certificate must lead to. A file is read again when it has changed, so that a rotated
/// authority is trusted by the next connection without a restart (H2).
/// </summary>
public sealed class CertificateAuthority
{
    // serverAuth, as Go's verifier demands it.
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly string _source;
    private readonly Func<string> _read;
    private readonly Lock _gate = new();
    private string _parsedFrom = "";
    private X509Certificate2Collection _anchors = [];

    private CertificateAuthority(string source, Func<string> read)
    {
        _source = source;
        _read = read;
        if (Anchors().Count == 0)
        {
            throw new ClusterConfigException($"{source}: no PEM certificate in it.");
        }
    }

    public static CertificateAuthority FromFile(string path) => new(path, () => File.ReadAllText(path));

    public static CertificateAuthority FromData(string pem) => new("certificate-authority-data", () => pem);

    /// <exception cref="AuthenticationException">The certificate does not lead to this authority; says why.</exception>
    public void Verify(X509Certificate2 presented, X509Certificate2Collection intermediates)
    {
        var anchors = Anchors();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(anchors);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);

        // An intermediate may be named as the authority: then the chain has no root, but must meet an anchor.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        if (!chain.Build(presented))
        {
            var problems = chain.ChainStatus.Select(status => status.StatusInformation.Trim());
            throw new AuthenticationException($"the server's certificate is not valid: {string.Join("; ", problems)}");
        }

        if (!chain.ChainElements.Any(element => anchors.Contains(element.Certificate)))
        {
            throw new AuthenticationException(
                $"the server's certificate ({presented.Subject}, issued by {presented.Issuer}) "
                + $"does not lead to {_source}");
        }
    }

    private X509Certificate2Collection Anchors()
    {
        try
        {
            var pem = _read();
            lock (_gate)
            {
                if (pem != _parsedFrom)
                {
                    var parsed = new X509Certificate2Collection();
                    parsed.ImportFromPem(pem);
                    (_anchors, _parsedFrom) = (parsed, pem);
                }

                return _anchors;
            }
        }
        catch (Exception exception)
            when (exception is IOException or CryptographicException or UnauthorizedAccessException)
        {
            // Half-way through a rotation the file may be missing or cut off: what was trusted stays trusted.
            return _anchors.Count > 0
                ? _anchors
                : throw new ClusterConfigException($"{_source}: cannot be read as PEM: {exception.Message}", exception);
        }
    }
}
