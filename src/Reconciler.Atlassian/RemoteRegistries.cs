using Reconciler.Atlassian.Credentials;
using Reconciler.Atlassian.Connect;
using Reconciler.Atlassian.ForgeContainer;
using Reconciler.Atlassian.ForgeV1;
using Reconciler.Atlassian.ForgeV2;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian;

/// <summary>
/// Makes the <see cref="IModuleRegistry"/> of an installation. Keep the registry as long as its address and options
/// stay: it remembers the rate limit. A rotated credential needs no new one.
/// </summary>
/// <param name="invoker">Shared by all installations; over <see cref="RemoteHandler.Create"/> in production.</param>
/// <param name="random">Uniform in [0, 1): jitter.</param>
public sealed class RemoteRegistries(
    HttpMessageInvoker invoker, TimeProvider time, Func<double> random, IRemoteObserver? observer = null)
{
    /// <exception cref="ArgumentException"><paramref name="baseUrl"/> cannot be used; see <see cref="RemoteAddress"/>.
    /// </exception>
    public IModuleRegistry Create(RemoteApi api, Uri baseUrl, ICredentialSource credentials, RemoteOptions options) =>
        Open(api, baseUrl, credentials, options).Registry;

    /// <summary>The same, with a view of its rate limit.</summary>
    /// <exception cref="ArgumentException"><paramref name="baseUrl"/> cannot be used; see <see cref="RemoteAddress"/>.
    /// </exception>
    public OpenedRegistry Open(RemoteApi api, Uri baseUrl, ICredentialSource credentials, RemoteOptions options)
    {
        if (RemoteAddress.Check(api, baseUrl, options.AllowInsecure) is { } error)
        {
            throw new ArgumentException(error, nameof(baseUrl));
        }

        RemotePace? pace = null;
        IModuleRegistry registry = api switch
        {
            RemoteApi.ForgeV2 => new ForgeV2Registry(Client(new BearerAuthentication())),
            RemoteApi.ForgeV1 => new ForgeV1Registry(
                Client(new BearerAuthentication()), new ForgeV1Requests(options.TrailingSlash)),
            RemoteApi.ForgeContainer => new ForgeV1Registry(
                Client(new ContainerAuthentication()), new ForgeContainerRequests()),
            RemoteApi.ConnectJira or RemoteApi.ConnectConfluence => new ConnectRegistry(
                Client(new ConnectAuthentication(baseUrl))),
            _ => throw new ArgumentOutOfRangeException(nameof(api), api, "The APIs are a closed set."),
        };

        return new(registry, pace!);

        RemoteClient Client(IAuthentication authentication)
        {
            var client = new RemoteClient(new RemoteEndpoint(
                baseUrl, options, credentials, authentication, invoker, time, random, observer));
            pace = client.Pace;
            return client;
        }
    }
}

/// <summary>The registry of an installation, and where its rate limit stands.</summary>
public sealed record OpenedRegistry(IModuleRegistry Registry, RemotePace Pace);
