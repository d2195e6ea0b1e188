using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>
/// A credential from a plugin, kept until shortly before it expires, or until a 401 if it names no expiry. Callers
/// that need it at the same time share one run.
/// </summary>
internal sealed class ExecCredential(ExecPlugin plugin, TimeProvider time) : IApiCredential, IClientCertificate
{
    // A token that expires on its way is refused; a request never takes longer than this to be authenticated.
    private static readonly TimeSpan RefreshBefore = TimeSpan.FromSeconds(30);

    private readonly ExecRunner _runner = new(plugin, time);
    private readonly Lock _gate = new();
    private Task<ExecAnswerStatus>? _run;

    public X509Certificate2? Current { get; private set; }

    public async ValueTask<string?> GetTokenAsync(bool forceReload, CancellationToken cancellationToken)
    {
        var status = await RunOrCached(forceReload).WaitAsync(cancellationToken);
        return status.Token;
    }

    public override string ToString() => "(redacted)";

    private Task<ExecAnswerStatus> RunOrCached(bool forceReload)
    {
        lock (_gate)
        {
            var isUsable = _run is { IsCompleted: false }
                || (_run is { IsCompletedSuccessfully: true } done && !forceReload && !HasExpired(done.Result));
            return _run = isUsable ? _run! : RunAsync();
        }
    }

    private async Task<ExecAnswerStatus> RunAsync()
    {
        var status = await _runner.RunAsync();
        if (status is { ClientCertificateData: { } certificate, ClientKeyData: { } key })
        {
            try
            {
                Current = X509Certificate2.CreateFromPem(certificate, key);
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                throw new KubernetesConnectionException(
                    $"The credential plugin {plugin.Command} printed a client certificate that is not a PEM pair.",
                    Delivery.NotSent,
                    exception);
            }
        }

        return status;
    }

    private bool HasExpired(ExecAnswerStatus status) =>
        status.ExpirationTimestamp is { } expiry && expiry - RefreshBefore <= time.GetUtcNow();
}
