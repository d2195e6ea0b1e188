using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Reconciler.TestKit.Api;

/// <summary>
/// A Kubernetes API server on a loopback port that speaks real HTTP and does what hurts: it pages, drops and silences
/// streams, forgets versions, refuses, delays, and loses answers before or after the effect. It knows JSON objects,
/// no types. Scripted by <see cref="Fail"/>, <see cref="Watches"/> and <see cref="Options"/>.
/// </summary>
public sealed class FakeApiServer : IAsyncDisposable
{
    // Bound and deaf until the server listens: the port refuses connections, and nobody else can get it.
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly WebApplication _app;
    private readonly FakeStore _store = new();
    private readonly FakeWatches _watches;
    private readonly FakeEndpoint _endpoint;
    private readonly Dictionary<string, FakeCollection> _collections = new(StringComparer.Ordinal);

    private FakeApiServer(FakeApiServerOptions options)
    {
        Options = options;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = new Uri($"http://{_socket.LocalEndPoint}");
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
        builder.Services.Configure<SocketTransportOptions>(
            sockets => sockets.CreateBoundListenSocket = _ => _socket);
        _app = builder.Build();
        _app.Run(_endpoint.HandleAsync);
    }

    public FakeApiServerOptions Options { get; }

    /// <summary>The server's base address, with a free port.</summary>
    public Uri Address { get; }

    /// <summary>Every request so far, in order of arrival.</summary>
    public IReadOnlyList<FakeRequest> Requests => _endpoint.Requests;

    /// <summary>The watches that are open now.</summary>
    public IReadOnlyList<FakeWatch> Watches => _watches.Open;

    /// <summary>The newest resourceVersion.</summary>
    public string ResourceVersion => $"{_store.Version}";

    public static async Task<FakeApiServer> StartAsync(FakeApiServerOptions? options = null)
    {
        var server = Down(options);
        await server.ListenAsync();
        return server;
    }

    /// <summary>A server that is down: its address is known and refuses every connection, until it listens.</summary>
    public static FakeApiServer Down(FakeApiServerOptions? options = null) =>
        new(options ?? new FakeApiServerOptions());

    /// <summary>Comes up.</summary>
    public Task ListenAsync() => _app.StartAsync();

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
        _socket.Dispose();
    }

    private void Each(Action<FakeWatch> act)
    {
        foreach (var watch in Watches)
        {
            act(watch);
        }
    }
}
