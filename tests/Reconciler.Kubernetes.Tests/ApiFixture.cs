using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests;

/// <summary>A fake API server that serves widgets, and a client of it on a manual clock.</summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    });

    private ApiFixture(FakeApiServer server, IApiCredential? credential, KubernetesClientOptions? options)
    {
        Server = server;
        Widgets = server.Serve("example.io/v1", "widgets", "Widget");
        Client = new KubernetesClient(
            _http, server.Address, credential ?? AnonymousCredential.Instance, options ?? new(), Time);
    }

    public FakeApiServer Server { get; }

    public FakeCollection Widgets { get; }

    public KubernetesClient Client { get; }

    public ManualTimeProvider Time { get; } = new();

    public static JsonTypeInfo<Widget> WidgetJson => TestJson.Default.Widget;

    public static async Task<ApiFixture> StartAsync(
        IApiCredential? credential = null, KubernetesClientOptions? options = null, FakeApiServerOptions? server = null) =>
        new(await FakeApiServer.StartAsync(server), credential, options);

    public Task<Widget> GetAsync(string name) =>
        Client.SendAsync(ApiRequests.Get(Widget.Type, new ObjectKey("default", name)), WidgetJson, default);

    public Task<ListPage<Widget>> ListAsync(ListQuery? query = null) =>
        Client.ListAsync(ApiRequests.List(Widget.Type, null, query ?? ListQuery.All), WidgetJson, default);

    public Task<ApiStream> WatchAsync(string? since, CancellationToken cancellationToken = default) =>
        Client.OpenAsync(
            ApiRequests.Watch(Widget.Type, null, new WatchQuery { ResourceVersion = since }), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
