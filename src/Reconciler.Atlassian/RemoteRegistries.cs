using Reconciler.Atlassian.Credentials;
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
    public IModuleRegistry Create(RemoteApi api, Uri baseUrl, ICredentialSource credentials, RemoteOptions options)
    {
        if (RemoteAddress.Check(baseUrl, options.AllowInsecure) is { } error)
        {
            throw new ArgumentException(error, nameof(baseUrl));
        }

        return api switch
        {
            RemoteApi.ForgeV2 => new ForgeV2Registry(Client(new BearerAuthentication())),
            _ => throw new NotSupportedException($"The API {api} is not supported yet."),
        };

        RemoteClient Client(IAuthentication authentication) => new(new RemoteEndpoint(
            baseUrl, options, credentials, authentication, invoker, time, random, observer));
    }
}
