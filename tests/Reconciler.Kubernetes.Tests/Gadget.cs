using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Informers;
using Reconciler.TestKit;
using Reconciler.TestKit.InMemory;

namespace Reconciler.Kubernetes.Tests;

/// <summary>A custom resource for tests.</summary>
internal sealed record Gadget : IKubernetesResource
{
    public const string Resource = "gadgets.example.io";

    public static readonly ResourceType Type = new("example.io", "v1", "gadgets", "Gadget");

    [JsonPropertyName("metadata")]
    public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    [JsonPropertyName("spec")]
    public GadgetSpec? Spec { get; init; }
}

internal sealed record GadgetSpec
{
    [JsonPropertyName("size")]
    public int Size { get; init; }

    [JsonPropertyName("owner")]
    public string? Owner { get; init; }
}

[JsonSerializable(typeof(Gadget))]
internal sealed partial class GadgetJson : JsonSerializerContext;

/// <summary>An informer of gadgets over an in-memory API server, with a record of what its handler heard.</summary>
internal sealed class GadgetWorld : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    public GadgetWorld(VirtualTime world, InformerOptions? options = null, WatchTarget? target = null)
    {
        World = world;
        Api = new(world.Clock);
        Client = NewClient(Api, world.Clock);
        Informer = new(
            Client,
            target ?? new WatchTarget(Gadget.Type),
            GadgetJson.Default.Gadget,
            options ?? new InformerOptions(),
            world.Clock,
            () => 0.5,
            Log);
        Informer.OnChange(Changes.Add);
    }

    public VirtualTime World { get; }

    public InMemoryApi Api { get; }

    public KubernetesClient Client { get; }

    public Informer<Gadget> Informer { get; }

    public List<ObjectChange<Gadget>> Changes { get; } = [];

    /// <summary>What the informer said.</summary>
    public RecordingLog Log { get; } = new();

    public IEnumerable<SeenRequest> Watches =>
        Api.Requests.Where(request => request.IsWatch && !IsStreamingList(request));

    public IEnumerable<SeenRequest> Lists => Api.Requests.Where(request => request.IsList);

    public static KubernetesClient NewClient(HttpMessageHandler handler, TimeProvider time) => new(
        new HttpMessageInvoker(handler),
        new Uri("https://cluster.test/"),
        AnonymousCredential.Instance,
        new KubernetesClientOptions(),
        time);

    public void Start() => _run = Informer.RunAsync(_stop.Token);

    public async Task StartAsync()
    {
        Start();
        await World.UntilAsync(() => Informer.IsSynced && Api.OpenStreams.Any(), TimeSpan.FromMinutes(2), "synced");
    }

    public JsonObject Put(string name, int size = 1, string? owner = null) =>
        Api.Put(
            Gadget.Resource, "ns", name,
            new JsonObject { ["spec"] = new JsonObject { ["size"] = size, ["owner"] = owner } });

    public void Remove(string name) => Api.Remove(Gadget.Resource, "ns", name);

    public Gadget? Find(string name) => Informer.Cache.Find(new("ns", name));

    /// <summary>Name and version of every object, here and there.</summary>
    public void AssertEqualsServer()
    {
        var expected = Api.Objects(Gadget.Resource)
            .Select(item => ((string)item["metadata"]!["name"]!, (string)item["metadata"]!["resourceVersion"]!));
        var actual = Informer.Cache.List().Select(item => (item.Metadata.Name, item.Metadata.ResourceVersion));
        Assert.Equal(expected, actual);
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _run;
        Informer.Dispose();
        Client.Dispose();
        Log.Dispose();
        _stop.Dispose();
    }

    private static bool IsStreamingList(SeenRequest request) => request.Route.Query["sendInitialEvents"] == "true";
}
