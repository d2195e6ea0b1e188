using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Reconciler.Kubernetes.Client;

/// <summary>Certificate and key in PEM, from files or inline. Parsed again only when the text has changed.</summary>
internal sealed class PemClientCertificate : IClientCertificate
{
    private readonly Func<string> _certificate;
    private readonly Func<string> _key;
    private readonly Lock _gate = new();
    private string _parsedFrom = "";
    private X509Certificate2? _current;

    public PemClientCertificate(Func<string> certificate, Func<string> key, string where)
    {
        _certificate = certificate;
        _key = key;
        try
        {
            Parse();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or ArgumentException)
        {
            throw new ClusterConfigException(
                $"{where}: the client certificate and key are not a PEM pair: {exception.Message}", exception);
        }
    }

    public X509Certificate2? Current
    {
        get
        {
            try
            {
                Parse();
            }
            catch (Exception exception) when (exception is CryptographicException or IOException or ArgumentException)
            {
                // Half-way through a rotation the pair does not match: the old one stays for this handshake.
            }

            return _current;
        }
    }

    public override string ToString() => "(redacted)";

    private void Parse()
    {
        var certificate = _certificate();
        lock (_gate)
        {
            if (certificate != _parsedFrom)
            {
                _current = X509Certificate2.CreateFromPem(certificate, _key());
                _parsedFrom = certificate;
            }
        }
    }
}
