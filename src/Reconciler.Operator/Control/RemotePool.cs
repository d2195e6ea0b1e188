using System.Collections.Concurrent;
using Reconciler.Atlassian;
using Reconciler.Atlassian.Credentials;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>The way to one installation's remote, for one pass.</summary>
/// <param name="CredentialsExpireAt">When the credential in use ends, if it says so.</param>
/// <param name="IsNewCredential">The credential differs from the one that the pass before used.</param>
internal sealed record RemoteAccess(
    IModuleRegistry Registry, DateTimeOffset? CredentialsExpireAt, bool IsNewCredential = false);

/// <summary>
/// Keeps one registry per installation, with its rate limit and credential, for as long as the Installation is the same
/// object and its api, address, Secret and limits stay. A rotated Secret is picked up by the next pass, which its
/// change starts. Whatever makes the remote unreachable from here becomes a fault that the pass reports like any other.
/// </summary>
internal sealed class RemotePool(
    KubernetesClient client, ClusterView cluster, RemoteRegistries registries, IDeliveredTokens delivered,
    ControlOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<InstallationKey, Remote> _remotes = new();
    private readonly AuthBreakers _breakers = new(time);

    /// <param name="forced">Somebody asked for this pass by hand: a refused credential is tried again at once.</param>
    public async Task<RemoteAccess> OpenAsync(
        InstallationResource installation, bool forced, CancellationToken cancellationToken)
    {
        var hasAddress = !string.IsNullOrEmpty(installation.Spec.BaseUrl);
        var address = hasAddress ? installation.BaseUrl : RemoteAddress.DefaultFor(installation.Api);
        if (address is null)
        {
            return Unreachable(new RemoteFault.Rejected(
                hasAddress
                    ? "spec.baseUrl is not an absolute address: write it like https://api.atlassian.com."
                    : $"spec.baseUrl is required for {installation.Api}.",
                0));
        }

        if (options.Hosts?.Refuse(address.Host) is { } refusal)
        {
            return Unreachable(new RemoteFault.Rejected($"spec.baseUrl: {refusal}", 0));
        }

        if (installation.SecretKey is null && options.Hosts is { } hosts && !hosts.Trusts(address.Host))
        {
            return Unreachable(new RemoteFault.Rejected(
                $"spec.baseUrl: tokens that Forge delivers are not sent to {address.Host}: leave baseUrl out, or start "
                + $"the operator with --allow-remote-hosts {address.Host}.", 0));
        }

        return PlaceOf(installation) switch
        {
            TokenPlace.Known place => await OpenAsync(installation, address, place, forced, cancellationToken),
            TokenPlace.Nowhere nowhere => Unreachable(new RemoteFault.AwaitingToken(nowhere.Problem)),
            var unknown => throw new InvalidOperationException($"Unknown place {unknown}."),
        };
    }

    /// <summary>Where the rate limit of each installation stands.</summary>
    public IEnumerable<(InstallationKey Installation, RemotePace Pace)> Paces() =>
        _remotes.Select(remote => (remote.Key, remote.Value.Opened.Pace));

    /// <summary>Credentials that are remembered as accepted or refused.</summary>
    public int Credentials => _breakers.Count;

    /// <summary>The installation has ended: its remote goes, and with its last user the memory of a
    /// credential.</summary>
    public void Forget(InstallationKey installation)
    {
        if (_remotes.TryRemove(installation, out var remote))
        {
            Leave(remote.Terms.Place);
        }
    }

    private async Task<RemoteAccess> OpenAsync(
        InstallationResource installation, Uri address, TokenPlace.Known place, bool forced,
        CancellationToken cancellationToken)
    {
        var secret = place.Secret;
        try
        {
            var remote = RemoteOf(installation, address, place);
            var before = remote.Credential.Version;
            await remote.Credential.RefreshAsync(place.Version, cancellationToken);
            return Access(remote, forced) with
            {
                IsNewCredential = before != remote.Credential.Version,
            };
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return Unreachable(new RemoteFault.Rejected(exception.Message, 0));
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
        {
            return Unreachable(new RemoteFault.Unavailable($"Secret {secret} could not be read: {exception.Message}"));
        }
    }

    private RemoteAccess Access(Remote remote, bool forced)
    {
        if (remote.Credential.Problem is { } problem)
        {
            return Unreachable(new RemoteFault.AwaitingToken(problem));
        }

        var breaker = _breakers.Of(remote.Terms.Place, remote.Credential.Version);
        if (forced)
        {
            breaker.Reset();
        }

        var expiresAt = (remote.Credential.Current as Credential.Bearer)?.ExpiresAt;
        return new(new GuardedRegistry(remote.Registry, breaker), expiresAt);
    }

    private TokenPlace PlaceOf(InstallationResource installation) => installation.SecretKey is { } secret
        ? new TokenPlace.Known(secret, cluster.SecretVersion(secret), "")
        : delivered.PlaceOf(installation);

    private Remote RemoteOf(InstallationResource installation, Uri address, TokenPlace.Known place)
    {
        var (key, secret) = (installation.Key, place.Secret);
        var terms = new Terms(
            installation.Metadata.Uid, installation.Api, address, secret, installation.RequestsPerSecond,
            installation.Quota);
        if (_remotes.TryGetValue(key, out var known) && known.Terms == terms)
        {
            return known;
        }

        // Other limits are no other credential: what was refused or put off with it stays so (seed 126).
        var credential = known is not null && known.Terms.Secret == secret && known.Terms.Api == installation.Api
            ? known.Credential
            : new SecretCredential(client, secret, installation.Api, place.Absence);
        var remoteOptions = new RemoteOptions
        {
            RequestsPerSecond = terms.RequestsPerSecond,
            Quota = terms.Quota,
            AllowInsecure = options.AllowInsecureRemote,
            RequestTimeout = options.PassAgainst(address).Windows.Http,
        };
        var remote = new Remote(terms, credential, registries.Open(terms.Api, address, credential, remoteOptions));
        _remotes[key] = remote;
        if (known is not null && known.Terms.Place != terms.Place)
        {
            Leave(known.Terms.Place);
        }

        return remote;
    }

    // Should another begin to use it at this moment, it asks once more: no harm.
    private void Leave(CredentialPlace place)
    {
        if (!_remotes.Any(remote => remote.Value.Terms.Place == place))
        {
            _breakers.Forget(place);
        }
    }

    private static RemoteAccess Unreachable(RemoteFault fault) => new(new UnreachableRegistry(fault), null);

    private sealed record Terms(
        string Uid, RemoteApi Api, Uri Address, ObjectKey Secret, int RequestsPerSecond, int Quota)
    {
        public CredentialPlace Place => new(Secret, Address.Authority);
    }

    private sealed record Remote(Terms Terms, SecretCredential Credential, OpenedRegistry Opened)
    {
        public IModuleRegistry Registry => Opened.Registry;
    }
}
