using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>
/// A token in a file that the kubelet rotates: read again each minute and after a 401 (H2). If the file is gone or
/// empty for a moment, the last token stays in use.
/// </summary>
public sealed class TokenFileCredential(string path, TimeProvider time) : IApiCredential
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private string? _token;
    private long _readAt;

    public ValueTask<string?> GetTokenAsync(bool forceReload, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_token is null || forceReload || time.GetElapsedTime(_readAt) >= ReadAgainAfter)
            {
                _token = Read() ?? _token;
                _readAt = time.GetTimestamp();
            }

            return new(_token ?? throw new KubernetesConnectionException(
                $"The token file {path} is missing, empty or not readable.", Delivery.NotSent));
        }
    }

    public override string ToString() => "(redacted)";

    private string? Read()
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
