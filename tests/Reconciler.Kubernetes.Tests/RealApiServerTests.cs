using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Events;
using Reconciler.TestKit.Processes;

namespace Reconciler.Kubernetes.Tests;

/// <summary>What only the real API server can confirm: patches, events, versions and TLS are as we believe.</summary>
[Collection(RealApiServerCollection.Name)]
public sealed class RealApiServerTests(RealApiServer server)
{
    private static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap");

    [RealApiServerFact]
    public async Task A_kubeconfig_with_client_certificate_and_authority_connects()
    {
        var config = server.Config("admin");
        Assert.False(config.InsecureSkipTlsVerify);
        Assert.NotNull(config.ClientCertificate);
        using var client = RealApiServer.Client(config);
        Assert.NotEmpty((await ListAsync(client, new ListQuery { Limit = 1 })).ResourceVersion);
    }

    [RealApiServerFact]
    public async Task A_server_certificate_of_another_authority_is_refused_with_the_reason()
    {
        var other = CertificateAuthority.FromData(Client.TestCertificates.AuthorityPem());
        using var client = RealApiServer.Client(server.Config("admin") with { Authority = other });
        var fault = await Assert.ThrowsAsync<KubernetesConnectionException>(() => ListAsync(client, ListQuery.All));
        Assert.Equal(Delivery.NotSent, fault.Delivery);
        Assert.Contains("certificate-authority", fault.Message, StringComparison.Ordinal);
    }

    [RealApiServerFact]
    public async Task A_wrong_token_is_401()
    {
        var config = server.Config("admin-token") with { Credential = new TokenCredential("wrong") };
        using var client = RealApiServer.Client(config);
        var refusal = await Assert.ThrowsAsync<KubernetesApiException>(() => ListAsync(client, ListQuery.All));
        Assert.True(refusal.IsUnauthorized);
    }

    [RealApiServerFact]
    public async Task Finalizer_patches_are_guarded_by_what_was_read()
    {
        using var client = RealApiServer.Client(server.Config("admin-token"));
        var bare = await CreateAsync(client, "finalized");
        var key = bare.Metadata.Key;
        var one = await PatchAsync(client, key, FinalizerPatch.Add(bare.Metadata, "example.io/a"));
        var two = await PatchAsync(client, key, FinalizerPatch.Add(one.Metadata, "example.io/b"));
        Assert.Equal(["example.io/a", "example.io/b"], two.Metadata.Finalizers);

        foreach (var stale in new[] { bare, one })
        {
            var refusal = await Assert.ThrowsAsync<KubernetesApiException>(
                () => PatchAsync(client, key, FinalizerPatch.Add(stale.Metadata, "example.io/c")));
            Assert.True(refusal.IsInvalid, refusal.Message);
        }

        await client.SendAsync(ApiRequests.Delete(ConfigMaps, key, new DeletePreconditions(two.Metadata.Uid)), default);
        var deleting = await client.SendAsync(ApiRequests.Get(ConfigMaps, key), ApiJson.PartialObject, default);
        Assert.True(deleting.Metadata.IsDeleting);
        var left = await PatchAsync(client, key, FinalizerPatch.Remove(deleting.Metadata, "example.io/a"));
        await PatchAsync(client, key, FinalizerPatch.Remove(left.Metadata, "example.io/b"));
        var gone = await Assert.ThrowsAsync<KubernetesApiException>(
            () => client.SendAsync(ApiRequests.Get(ConfigMaps, key), default));
        Assert.True(gone.IsNotFound);
    }

    [RealApiServerFact]
    public async Task A_writer_that_asks_for_metadata_alone_gets_no_more()
    {
        using var client = RealApiServer.Client(server.Config("admin-token"));
        var body = """{"metadata":{"name":"answered","labels":{"a":"b"}},"data":{"long":"text"}}"""u8.ToArray();

        var created = await client.SendAsync(
            ApiRequests.Create(ConfigMaps, "default", body, metadataOnly: true), default);
        var replaced = await client.SendAsync(
            ApiRequests.Replace(ConfigMaps, new ObjectKey("default", "answered"), body, metadataOnly: true), default);

        foreach (var answer in new[] { created, replaced })
        {
            var text = Encoding.UTF8.GetString(answer.Body.Span);
            Assert.Contains("\"PartialObjectMetadata\"", text, StringComparison.Ordinal);
            Assert.Contains("\"a\":\"b\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\"long\":", text, StringComparison.Ordinal);
        }
    }

    [RealApiServerFact]
    public async Task A_stale_write_and_another_uid_are_conflicts()
    {
        using var client = RealApiServer.Client(server.Config("admin-token"));
        var created = await CreateAsync(client, "contended");
        var stale = Encoding.UTF8.GetBytes(
            $$"""
            {"apiVersion":"v1","kind":"ConfigMap","data":{"a":"1"},
            "metadata":{"name":"contended","resourceVersion":"{{created.Metadata.ResourceVersion}}"} }
            """);
        await client.SendAsync(ApiRequests.Replace(ConfigMaps, created.Metadata.Key, stale), default);
        var conflict = await Assert.ThrowsAsync<KubernetesApiException>(() => client.SendAsync(
            ApiRequests.Replace(ConfigMaps, created.Metadata.Key, stale), default));
        Assert.True(conflict.IsConflict);
        var exists = await Assert.ThrowsAsync<KubernetesApiException>(() => CreateAsync(client, "contended"));
        Assert.True(exists.IsAlreadyExists);
        var other = await Assert.ThrowsAsync<KubernetesApiException>(() => client.SendAsync(
            ApiRequests.Delete(ConfigMaps, created.Metadata.Key, new DeletePreconditions("other")), default));
        Assert.True(other.IsConflict);
    }

    [RealApiServerFact]
    public async Task Apply_is_idempotent_and_conflicts_name_the_other_manager()
    {
        using var client = RealApiServer.Client(server.Config("admin-token"));
        var key = new ObjectKey("default", "applied");
        byte[] Body(string value) => Encoding.UTF8.GetBytes(
            $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied"},"data":{"a":"{{value}}"} }""");
        var first = await ApplyAsync(client, key, Body("1"), "one");
        var again = await ApplyAsync(client, key, Body("1"), "one");
        Assert.Equal(first.Metadata.ResourceVersion, again.Metadata.ResourceVersion);
        var conflict = await Assert.ThrowsAsync<KubernetesApiException>(
            () => ApplyAsync(client, key, Body("2"), "two"));
        Assert.True(conflict.IsConflict);
        Assert.Contains("\"one\"", conflict.Message, StringComparison.Ordinal);
    }

    [RealApiServerFact]
    public async Task Lists_page_and_watches_replay_bookmark_and_refuse_the_future()
    {
        using var client = RealApiServer.Client(server.Config("admin-token"));
        var before = (await ListAsync(client, ListQuery.All)).ResourceVersion;
        for (var index = 0; index < 5; index++)
        {
            await CreateAsync(client, $"paged-{index}");
        }

        var page = await ListAsync(client, new ListQuery { Limit = 2 });
        Assert.Equal(2, page.Items.Count);
        Assert.NotNull(page.Continue);
        Assert.NotNull((await ListAsync(client, new ListQuery { Limit = 2, Continue = page.Continue })).Continue);

        using var stream = await client.OpenAsync(
            ApiRequests.Watch(
                ConfigMaps, "default", new WatchQuery { ResourceVersion = before }, metadataOnly: true),
            default);
        for (var index = 0; index < 5; index++)
        {
            var applied = Assert.IsType<WatchLine<PartialObject>.Applied>(await NextAsync(stream));
            Assert.Equal($"paged-{index}", applied.Object.Metadata.Name);
        }

        using var initial = await client.OpenAsync(
            ApiRequests.Watch(ConfigMaps, "default", new WatchQuery { SendInitialEvents = true }), default);
        WatchLine<PartialObject> line;
        while ((line = await NextAsync(initial)) is WatchLine<PartialObject>.Applied)
        {
        }

        Assert.True(Assert.IsType<WatchLine<PartialObject>.Bookmark>(line).EndsInitialEvents);
        var future = await Assert.ThrowsAsync<KubernetesApiException>(() => client.SendAsync(
            ApiRequests.List(ConfigMaps, "default", new ListQuery { ResourceVersion = "99999999" }), default));
        Assert.True(future.IsTooLargeResourceVersion, future.Message);
    }

    [RealApiServerFact]
    public async Task H1_H4_a_cancelled_watch_leaves_its_connection_usable()
    {
        using var client = RealApiServer.Client(server.Config("admin-token"));
        for (var turn = 0; turn < 50; turn++)
        {
            using var cancel = new CancellationTokenSource();
            using var stream = await client.OpenAsync(
                ApiRequests.Watch(ConfigMaps, null, new WatchQuery { ResourceVersion = "0" }), cancel.Token);
            var read = Task.WhenAll(DrainAsync(stream, cancel.Token));
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
            await ListAsync(client, new ListQuery { Limit = 1 });
        }
    }

    [RealApiServerFact]
    public async Task Events_and_their_series_are_accepted()
    {
        using var client = RealApiServer.Client(server.Config("admin-token"));
        var recorder = new EventRecorder(
            client,
            new() { Controller = "reconciler.io/operator", Instance = "pod-1" },
            TimeProvider.System,
            NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = recorder.RunAsync(stop.Token);
        var target = new EventTarget("v1", "ConfigMap", new ObjectKey("default", "noted"), "u-1");
        var entry = new EventEntry(target, EventSeverity.Warning, "Waiting", "Register", "for nothing");
        recorder.Record(entry);
        recorder.Record(entry);
        await recorder.FlushAsync(default);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, recorder.FailedCount);
    }

    private static async Task DrainAsync(ApiStream stream, CancellationToken cancellationToken)
    {
        while ((await stream.ReadLineAsync(cancellationToken)).Kind != StreamLineKind.End)
        {
        }
    }

    private static async Task<WatchLine<PartialObject>> NextAsync(ApiStream stream)
    {
        var line = await stream.ReadLineAsync(default);
        Assert.Equal(StreamLineKind.Line, line.Kind);
        return WatchLine<PartialObject>.Decode(line.Bytes.Span, ApiJson.PartialObject);
    }

    private static Task<ListPage<PartialObject>> ListAsync(KubernetesClient client, ListQuery query) =>
        client.ListAsync(ApiRequests.List(ConfigMaps, "default", query), ApiJson.PartialObject, default);

    private static Task<PartialObject> CreateAsync(KubernetesClient client, string name) => client.SendAsync(
        ApiRequests.Create(
            ConfigMaps,
            "default",
            Encoding.UTF8.GetBytes($$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}"} }""")),
        ApiJson.PartialObject,
        default);

    private static Task<PartialObject> PatchAsync(KubernetesClient client, ObjectKey key, JsonPatch patch) =>
        client.SendAsync(ApiRequests.Patch(ConfigMaps, key, patch), ApiJson.PartialObject, default);

    private static Task<PartialObject> ApplyAsync(
        KubernetesClient client, ObjectKey key, byte[] body, string manager) =>
        client.SendAsync(ApiRequests.Apply(ConfigMaps, key, body, manager), ApiJson.PartialObject, default);
}

/// <summary>The tests that share one real API server.</summary>
[CollectionDefinition(Name)]
public sealed class RealApiServerCollection : ICollectionFixture<RealApiServer>
{
    public const string Name = "real API server";
}

/// <summary>One real API server for a collection of tests; none is started where none is named.</summary>
public sealed class RealApiServer : IAsyncLifetime
{
    private ControlPlane? _controlPlane;

    internal ClusterConfig Config(string context) =>
        new ClusterConfigLoader(TimeProvider.System).Load(_controlPlane!.Kubeconfig, context);

    internal static KubernetesClient Client(ClusterConfig config) => new(
        ApiTransport.Create(config),
        config.Server,
        config.Credential,
        new KubernetesClientOptions(),
        TimeProvider.System);

    public async Task InitializeAsync() => _controlPlane = RealApiServerFactAttribute.IsAvailable
        ? await ControlPlane.StartAsync(RunDirectory.Create("kubernetes-client"))
        : null;

    public async Task DisposeAsync()
    {
        if (_controlPlane is not null)
        {
            await _controlPlane.DisposeAsync();
        }
    }
}

/// <summary>A fact that needs the real API server; skipped, and says so, where none is named.</summary>
internal sealed class RealApiServerFactAttribute : FactAttribute
{
    public RealApiServerFactAttribute()
    {
        if (!IsAvailable)
        {
            Skip = "RECONCILER_TEST_APISERVER names no API server; ./test.sh sets it.";
        }
    }

    public static bool IsAvailable =>
        Environment.GetEnvironmentVariable("RECONCILER_TEST_APISERVER") is { Length: > 0 };
}
