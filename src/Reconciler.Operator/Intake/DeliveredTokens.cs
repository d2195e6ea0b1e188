using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Informers;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Intake;

/// <summary>
/// Follows the Secrets of delivered tokens by their label, metadata only. Every replica does, so the one that leads
/// learns of a token within the time of a watch event, whichever replica took the call.
/// </summary>
internal sealed class DeliveredTokens : IDeliveredTokens, IDisposable
{
    private readonly string _tokenNamespace;
    private readonly ImmutableArray<string> _usableFrom;
    private readonly Informer<PartialObject> _secrets;

    public DeliveredTokens(
        KubernetesClient client, string tokenNamespace, ImmutableArray<string> usableFrom, TimeProvider time,
        Func<double> random, ILogger log)
    {
        (_tokenNamespace, _usableFrom) = (tokenNamespace, usableFrom);
        var target = new WatchTarget(ResourceTypes.Secret)
        {
            Namespace = tokenNamespace,
            LabelSelector = TokenSecret.Selector,
            MetadataOnly = true,
        };
        _secrets = new(client, target, ApiJson.PartialObject, new InformerOptions(), time, random, log);
    }

    public int Count => _secrets.Cache.Count;

    public TokenPlace PlaceOf(InstallationResource installation)
    {
        if (!ForgeInstallationId.TryParse(installation.ForgeId, out var id))
        {
            return new TokenPlace.Nowhere(
                "spec.credentials.forgeRemote.installationId does not end with a UUID, so Forge can never deliver a "
                + "token for it: copy it from the app's installation.");
        }

        if (!IsUsableFrom(installation.Metadata.Namespace))
        {
            return new TokenPlace.Nowhere(
                $"Tokens delivered by Forge may be used from namespace {_tokenNamespace} only: add "
                + $"--forge-usable-from {installation.Metadata.Namespace} to the operator to share them.");
        }

        var key = SecretOf(id);
        return new TokenPlace.Known(
            key, Find(key)?.ResourceVersion,
            $"No token was delivered by Forge for {id} yet: it comes with the next call of the app's trigger or "
            + "scheduled trigger (docs/forge-remote.md).");
    }

    public void OnChange(Action<string> changed) => _secrets.OnChange(change =>
    {
        var secret = change.New ?? change.Old;
        if (secret is not null && TokenSecret.InstallationOf(secret) is { } id)
        {
            changed(id.ToString());
        }
    });

    /// <summary>Whether Installations of this namespace may use delivered tokens.</summary>
    public bool IsUsableFrom(string otherNamespace) =>
        otherNamespace == _tokenNamespace || _usableFrom.Contains("*") || _usableFrom.Contains(otherNamespace);

    public ObjectKey SecretOf(ForgeInstallationId installation) => TokenSecret.KeyOf(_tokenNamespace, installation);

    /// <summary>The Secret's metadata as last watched or written; null if it is not there.</summary>
    public ObjectMeta? Find(ObjectKey secret) => _secrets.Cache.Find(secret)?.Metadata;

    public void ObserveWrite(PartialObject written) => _secrets.ObserveWrite(written);

    public Task RunAsync(CancellationToken cancellationToken) => _secrets.RunAsync(cancellationToken);

    public void Dispose() => _secrets.Dispose();
}
