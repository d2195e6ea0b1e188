using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Reconciler.TestKit.Api;

/// <summary>
/// A Kubernetes API server on a loopback port that speaks real HTTP and does what hurts: it pages, drops and silences
/// streams, forgets versions, refuses, delays, and loses answers before or after the effect. It knows JSON objects,
/// no types. Scripted by <see cref="Fail"/>, <see cref="Watches"/> and <see cref="Options"/>.
/// </summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeStore _store = new();
    private readonly FakeWatches _watches;
    private readonly FakeEndpoint _endpoint;
    private readonly Dictionary<string, FakeCollection> _collections = new(StringComparer.Ordinal);

    private FakeApiServer(FakeApiServerOptions options)
    {
        Options = options;
        _watches = new FakeWatches(_store, options);
        _endpoint = new FakeEndpoint(options, _store, _watches, _collections.GetValueOrDefault);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen => listen.Protocols = options.UseHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.Run(_endpoint.HandleAsync);
    }

    public FakeApiServerOptions Options { get; }

    /// <summary>The server's base address, with a free port.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Every request so far, in order of arrival.</summary>
    public IReadOnlyList<FakeRequest> Requests => _endpoint.Requests;

    /// <summary>The watches that are open now.</summary>
    public IReadOnlyList<FakeWatch> Watches => _watches.Open;

    /// <summary>The newest resourceVersion.</summary>
    public string ResourceVersion => $"{_store.Version}";

    public static async Task<FakeApiServer> StartAsync(FakeApiServerOptions? options = null)
    {
        var server = new FakeApiServer(options ?? new FakeApiServerOptions());
        await server._app.StartAsync();
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        server.Address = new Uri(addresses.Addresses.Single());
        return server;
    }

    /// <summary>Serves a resource type, for instance <c>("example.io/v1", "widgets", "Widget")</c>.</summary>
    public FakeCollection Serve(string apiVersion, string plural, string kind, bool hasStatus = true)
    {
        var path = apiVersion.Contains('/') ? $"apis/{apiVersion}/{plural}" : $"api/{apiVersion}/{plural}";
        return _collections[path] = new FakeCollection(_store, path, apiVersion, kind) { HasStatus = hasStatus };
    }

    /// <summary>The next <paramref name="times"/> requests that match meet this fault; older scripts first.</summary>
    public void Fail(Func<FakeRequest, bool> match, FakeFault fault, int times = 1) =>
        _endpoint.Script(match, fault, times);

    /// <summary>Ends all scripted faults.</summary>
    public void Heal() => _endpoint.ClearScripts();

    /// <summary>Empties the log, for tests with very many requests.</summary>
    public void ForgetRequests() => _endpoint.ForgetRequests();

    /// <summary>Forgets history: every version up to now is too old to watch, every continue token expired.</summary>
    public void Compact() => _store.Compact();

    /// <summary>Sends a bookmark with the newest version on every open watch.</summary>
    public void SendBookmarks() => Each(watch => watch.SendBookmark(ResourceVersion));

    /// <summary>Ends every watch in order.</summary>
    public void EndWatches() => Each(watch => watch.End());

    /// <summary>Breaks every watch.</summary>
    public void AbortWatches() => Each(watch => watch.Abort());

    /// <summary>Makes every open watch half open.</summary>
    public void SilenceWatches() => Each(watch => watch.Silence());

    /// <summary>Completes when the condition holds; it is judged again at each request and each watch that opens or
    /// closes.</summary>
    public Task WhenAsync(Func<FakeApiServer, bool> condition, CancellationToken cancellationToken = default) =>
        _endpoint.WhenAsync(() => condition(this), cancellationToken);

    public Task WhenWatchingAsync(int count = 1) => WhenAsync(server => server.Watches.Count >= count);

    public async ValueTask DisposeAsync()
    {
        _endpoint.Stop();
        await _app.DisposeAsync();
    }

    private void Each(Action<FakeWatch> act)
    {
        foreach (var watch in Watches)
        {
            act(watch);
        }
    }
}
