using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Tests.Client;
using Reconciler.TestKit;
using Reconciler.TestKit.Api;

namespace Reconciler.Kubernetes.Tests;

/// <summary>A fake API server that serves widgets, and a client of it on a manual clock.</summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    private readonly CountingHandler _handler = new(new SocketsHttpHandler
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
            new HttpMessageInvoker(_handler),
            server.Address,
            credential ?? AnonymousCredential.Instance,
            options ?? new(),
            Time);
    }

    public FakeApiServer Server { get; }

    /// <summary>Response bodies that nobody has disposed yet (H1).</summary>
    public int OpenResponses => _handler.Open;

    public FakeCollection Widgets { get; }

    public KubernetesClient Client { get; }

    public ManualTimeProvider Time { get; } = new();

    public static JsonTypeInfo<Widget> WidgetJson => TestJson.Default.Widget;

    public static async Task<ApiFixture> StartAsync(
        IApiCredential? credential = null,
        KubernetesClientOptions? options = null,
        FakeApiServerOptions? server = null) =>
        new(await FakeApiServer.StartAsync(server), credential, options);

    public Task<Widget> GetAsync(string name) =>
        Client.SendAsync(ApiRequests.Get(Widget.Type, new ObjectKey("default", name)), WidgetJson, default);

    public Task<ListPage<Widget>> ListAsync(ListQuery? query = null) =>
        Client.ListAsync(ApiRequests.List(Widget.Type, null, query ?? ListQuery.All), WidgetJson, default);

    public Task<Widget> CreateAsync(string name) => Client.SendAsync(
        ApiRequests.Create(
            Widget.Type,
            "default",
            JsonSerializer.SerializeToUtf8Bytes(new Widget { Metadata = new() { Name = name } }, WidgetJson)),
        WidgetJson,
        default);

    public int Sent(string method) => Server.Requests.Count(request => request.Method == method);

    public Task<ApiStream> WatchAsync(string? since, CancellationToken cancellationToken = default) =>
        Client.OpenAsync(
            ApiRequests.Watch(Widget.Type, null, new WatchQuery { ResourceVersion = since }), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
