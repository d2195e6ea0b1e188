using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Intake;

/// <summary>
/// Puts delivered tokens into their Secrets, by server-side apply. A token that is there already is not written again,
/// and one that ends sooner never replaces one that ends later. Keeps no token itself.
/// </summary>
internal sealed class TokenStore(
    KubernetesClient client, DeliveredTokens tokens, TimeProvider time, ILogger log)
{
    private const string FieldManager = "reconciler-forge-intake";
    private const int WrittenMax = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<ForgeInstallationId, Written> _written = [];
    private bool _failing;

    /// <returns>What became of it, for a metric; null when it could not be written.</returns>
    public async Task<string?> KeepAsync(
        Invocation invocation, SystemToken? token, string? lifecycleEvent, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = token is null ? "no_token" : await KeepAsync(invocation, token, cancellationToken);
            if (lifecycleEvent is not null)
            {
                await NoteAsync(invocation, lifecycleEvent, cancellationToken);
            }

            Recovered();
            return outcome;
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
        {
            Failed(invocation, exception);
            return null;
        }
    }

    private async Task<string> KeepAsync(
        Invocation invocation, SystemToken token, CancellationToken cancellationToken)
    {
        if (!token.IsUsable(time.GetUtcNow()))
        {
            return "expired_token";
        }

        var key = tokens.SecretOf(invocation.Installation);
        var current = tokens.Find(key);
        if (current is not null && TokenSecret.ExpiryOf(current) is { } end && end > token.ExpiresAt)
        {
            return "older_token";
        }

        if (current is not null && IsWritten(invocation, current.ResourceVersion))
        {
            return "known_token";
        }

        var stored = await client.SendAsync(
            ApiRequests.Apply(
                ResourceTypes.Secret, key, TokenSecret.Write(key, invocation, token), FieldManager, force: true),
            ApiJson.PartialObject, cancellationToken);
        tokens.ObserveWrite(stored);
        Remember(invocation, stored.Metadata.ResourceVersion);
        return "stored";
    }

    // Without a Secret there is no token, and no pass could do anything with the event.
    private async Task NoteAsync(Invocation invocation, string lifecycleEvent, CancellationToken cancellationToken)
    {
        try
        {
            var key = tokens.SecretOf(invocation.Installation);
            tokens.ObserveWrite(await client.SendAsync(
                ApiRequests.MergePatch(
                    ResourceTypes.Secret, key, TokenSecret.WriteEvent(invocation, lifecycleEvent)),
                ApiJson.PartialObject, cancellationToken));
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            log.EventWithoutToken(lifecycleEvent, invocation.Installation.ToString());
        }
    }

    // The same call again, word for word: the replay guard has seen to it that the token is the same.
    private bool IsWritten(Invocation invocation, string version)
    {
        lock (_gate)
        {
            return _written.TryGetValue(invocation.Installation, out var written)
                && written == new Written(invocation.Fingerprint, version);
        }
    }

    private void Remember(Invocation invocation, string version)
    {
        lock (_gate)
        {
            if (_written.Count >= WrittenMax)
            {
                _written.Clear();
            }

            _written[invocation.Installation] = new(invocation.Fingerprint, version);
        }
    }

    private void Failed(Invocation invocation, Exception exception)
    {
        lock (_gate)
        {
            if (_failing)
            {
                return;
            }

            _failing = true;
        }

        log.TokenNotStored(invocation.Installation.ToString(), exception.Message);
    }

    private void Recovered()
    {
        lock (_gate)
        {
            _failing = false;
        }
    }

    private sealed record Written(string Fingerprint, string Version);
}
