using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Reconciler.Emulator;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>
/// What one scenario plays in: a namespace, an emulator of its own (in this process, over HTTP), the Installation
/// `acme`, and operator processes that serve this namespace only. All of it ends with the scenario.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    private const int PassesToFindOneAlone = 5;

    private readonly List<OperatorProcess> _operators = [];
    private readonly ControlPlane _controlPlane;
    private readonly EmulatorServer _emulator;
    private readonly bool _ownsEmulator;
    private int _forcedPasses;

    private World(
        ControlPlane controlPlane, Kubectl kubectl, ApiUnderTest api, EmulatorServer emulator, string directory,
        bool ownsEmulator = true)
    {
        _ownsEmulator = ownsEmulator;
        _controlPlane = controlPlane;
        _emulator = emulator;
        Api = api;
        Kubectl = kubectl;
        Directory = directory;
        Remote = new EmulatorClient(emulator.BaseUrl) { Installation = api.Installation, Store = api.Store };
    }

    /// <summary>The kind of remote.</summary>
    public ApiUnderTest Api { get; }

    public Kubectl Kubectl { get; }

    /// <summary>The remote.</summary>
    public EmulatorClient Remote { get; }

    /// <summary>Where the logs of this scenario are.</summary>
    public string Directory { get; }

    public static Task<World> StartAsync(ClusterFixture cluster, [CallerMemberName] string scenario = "") =>
        StartAsync(cluster, ApiUnderTest.ForgeV2, scenario);

    public static async Task<World> StartAsync(
        ClusterFixture cluster, ApiUnderTest api, [CallerMemberName] string scenario = "") =>
        await StartAsync(cluster.ControlPlane, await cluster.NewNamespaceAsync(), scenario, api);

    public static async Task<World> StartAsync(
        ControlPlane controlPlane, Kubectl kubectl, string scenario, ApiUnderTest? api = null)
    {
        var directory = RunDirectory.Create(api is null ? scenario : $"{scenario}-{api}");
        return new World(
            controlPlane,
            kubectl with { LogDirectory = directory },
            api ?? ApiUnderTest.ForgeV2,
            await EmulatorServer.StartAsync(),
            directory);
    }

    /// <summary>The same remote, seen from the namespace of the same name in another cluster.</summary>
    public World In(ControlPlane other)
    {
        var directory = RunDirectory.Create("in-another-cluster");
        var kubectl = other.Kubectl.In(Kubectl.Namespace!) with { LogDirectory = directory };
        return new World(other, kubectl, Api, _emulator, directory, ownsEmulator: false);
    }

    public OperatorProcess StartOperator(params string[] arguments) =>
        StartOperatorWith(_controlPlane.Kubeconfig, arguments);

    public OperatorProcess StartOperatorWith(string kubeconfig, params string[] arguments) =>
        StartOperatorWith(kubeconfig, null, arguments);

    public OperatorProcess StartOperatorWith(
        string kubeconfig, IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        var started = OperatorProcess.Start(
            $"operator-{_operators.Count + 1}",
            Directory,
            kubeconfig,
            ["--namespace", Kubectl.Namespace!, "--emulated-remotes", .. arguments],
            environment);
        _operators.Add(started);
        return started;
    }

    /// <summary>Runs `reconciler` with arguments and --kubeconfig to its end.</summary>
    public Task<CommandResult> RunReconcilerAsync(params string[] arguments) =>
        Command.RunReconcilerAsync([.. arguments, "--kubeconfig", _controlPlane.Kubeconfig]);

    /// <summary>Applies the Installation `acme` and its Secret, with further lines of spec if given.</summary>
    public Task ApplyInstallationAsync(string spec = "", string? token = null) =>
        ApplyInstallationWithAsync(token is null ? Api.Credential : $"token: {token}", spec);

    /// <summary>The same with the lines of its Secret.</summary>
    public Task ApplyInstallationWithAsync(string credential, string spec = "") =>
        Kubectl.ApplyAsync(Manifests.Installation(Api, _emulator.BaseUrl, spec, credential));

    public Task ApplyModulesAsync(params string[] names) =>
        Kubectl.ApplyAsync(Manifests.Join(names.Select(name => Manifests.Module(Api, name))));

    /// <summary>Applies a module with another mark than its name.</summary>
    public Task ApplyModuleAsync(string name, string mark, string spec = "") =>
        Kubectl.ApplyAsync(Manifests.Module(Api, name, mark, spec));

    public Task AwaitReadyAsync(params string[] names) =>
        Kubectl.WaitAsync("condition=Ready", [.. names.Select(name => $"dm/{name}")]);

    public Task AwaitReasonAsync(string target, string reason) => Kubectl.WaitAsync(
        $"jsonpath={{.status.conditions[?(@.type==\"Ready\")].reason}}={reason}", target);

    public async Task<string> KeyAsync(string name) =>
        (await Kubectl.GetAsync($"dm/{name}"))["status"]!["key"]!.GetValue<string>();

    /// <summary>The mark of a module at the remote.</summary>
    public async Task<string> RemoteMarkAsync(string name) => Api.MarkOf(await RemoteDataAsync(name));

    /// <summary>The data that the remote holds for a module, without the key that the server adds.</summary>
    public async Task<JsonObject> RemoteDataAsync(string name)
    {
        var key = await KeyAsync(name);
        var module = Assert.Single(await Remote.ModulesAsync(), m => m["key"]!.GetValue<string>() == key);
        var data = module["data"]!.DeepClone().AsObject();
        data.Remove("key");
        return data;
    }

    /// <summary>Asks for a pass with the documented annotation and waits until it was made.</summary>
    public async Task ForcePassAsync()
    {
        var mark = (++_forcedPasses).ToString(CultureInfo.InvariantCulture);
        await Kubectl.RunAsync("annotate", "--overwrite", "dminst/acme", $"reconciler.io/requestedAt=pass-{mark}");
        await Kubectl.WaitAsync($"jsonpath={{.status.lastHandledReconcileAt}}=pass-{mark}", "dminst/acme");
    }

    /// <summary>
    /// Do it twice: one module per DynamicModule, bound to its key; and a further pass lists once and writes nothing,
    /// neither to the remote nor to the cluster. A due look at what went missing, a retry or a resync may fall into the
    /// same moment and list for itself, so a few passes may be asked for until one was alone; none of them may write.
    /// </summary>
    /// <param name="pageSize">Modules on one page of the remote.</param>
    public async Task AssertSettledAsync(int pageSize = 100)
    {
        await AssertOneRemoteModuleEachAsync();
        if (!Api.EchoesWrites)
        {
            // The first list after a write tells what the remote made of it, and the ledger keeps that (T8s).
            await ForcePassAsync();
        }

        await AwaitLedgerAtRestAsync();
        await AwaitKeysMirroredAsync();
        var before = await VersionsAsync();
        var pages = Math.Max(1, ((await Remote.ModulesAsync()).Count + pageSize - 1) / pageSize);
        var reads = new List<int>();
        do
        {
            var seq = await Remote.LastSeqAsync();
            await ForcePassAsync();
            Assert.Empty(await Remote.WritesAsync(seq));
            reads.Add((await Remote.RequestsAsync(seq, "GET")).Count);
        }
        while (reads[^1] != pages && reads.Count < PassesToFindOneAlone);

        Assert.True(reads[^1] == pages, $"{string.Join(", ", reads)} reads for {pages} pages in {reads.Count} passes");
        Assert.Equal(before, await VersionsAsync());
    }

    /// <summary>What /metrics of an operator says now.</summary>
    /// <summary>Forces a pass and waits until none runs or is ready to run: from then on only time begins one. An edit
    /// that comes while a pass begins is seen by that pass and followed by one more.</summary>
    /// <param name="running">Started with <c>--debug</c>.</param>
    public async Task RestAsync(OperatorProcess running)
    {
        await ForcePassAsync();
        var address = new Uri(await running.MetricsAddressAsync(), "/debug");
        for (JsonNode? queue = null; queue?["ready"]!.GetValue<int>() + queue?["running"]!.GetValue<int>() != 0;)
        {
            var (status, text) = await LoopbackHttp.SendAsync(HttpMethod.Get, address);
            Assert.Equal(200, status);
            queue = JsonNode.Parse(text)!["queue"]!;
        }
    }

    /// <summary>Waits until each of these modules and the Installation have the event that they are in sync. Events are
    /// sent one after the other, in the order in which they happened, after what they tell.</summary>
    public async Task AwaitSyncedEventsAsync(params string[] names)
    {
        var missing = names.Append("acme").ToHashSet(StringComparer.Ordinal);
        await Kubectl.WatchUntilAsync("events.events.k8s.io", told =>
        {
            if (told["reason"]?.GetValue<string>() == "Synced")
            {
                missing.Remove(told["regarding"]!["name"]!.GetValue<string>());
            }

            return missing.Count == 0;
        });
    }

    public static async Task<MetricsPage> MetricsAsync(OperatorProcess running)
    {
        var (status, text) = await LoopbackHttp.SendAsync(
            HttpMethod.Get, new Uri(await running.MetricsAddressAsync(), "/metrics"));
        Assert.Equal(200, status);
        return new MetricsPage(text);
    }

    /// <summary>The version of every object in the namespace that the operator may write, its events too.</summary>
    public async Task<IReadOnlyList<string>> EverythingAsync() =>
        await VersionsAsync("dm,dminst,dmledger,secrets,events.events.k8s.io");

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _operators)
        {
            await started.DisposeAsync();
        }

        if (_ownsEmulator)
        {
            await _emulator.DisposeAsync();
        }
    }

    // What went missing is concluded only after a second look (crash-safety.md T9): until then the ledger has a change
    // before it.
    private async Task AwaitLedgerAtRestAsync()
    {
        var names = (await Kubectl.ListAsync("dm")).Select(m => m["metadata"]!["name"]!.GetValue<string>()).ToHashSet();
        foreach (var ledger in await Kubectl.ListAsync("dmledger"))
        {
            await Kubectl.WatchUntilAsync($"dmledger/{ledger["metadata"]!["name"]}", IsAtRest);
        }

        bool IsAtRest(JsonNode ledger) => (ledger["spec"]?["entries"] as JsonObject ?? []).All(entry =>
            entry.Value!["phase"]!.GetValue<string>() == "Bound" &&
            names.Contains(entry.Value["owner"]!["name"]!.GetValue<string>()));
    }

    // The key is mirrored after the status that says Ready.
    private async Task AwaitKeysMirroredAsync()
    {
        foreach (var module in await Kubectl.ListAsync("dm"))
        {
            if (!IsMirrored(module))
            {
                await Kubectl.WatchUntilAsync($"dm/{module["metadata"]!["name"]}", IsMirrored);
            }
        }

        static bool IsMirrored(JsonNode module) => module["status"]?["key"]?.GetValue<string>()
            == module["metadata"]!["annotations"]?["reconciler.io/key"]?.GetValue<string>();
    }

    private async Task AssertOneRemoteModuleEachAsync()
    {
        var bound = (await Kubectl.ListAsync("dm"))
            .Select(m => m["status"]?["key"]?.GetValue<string>()).OfType<string>().Order(StringComparer.Ordinal);
        var ours = (await Remote.ModulesAsync()).Where(m => !m["foreign"]!.GetValue<bool>() || IsClaimed(m))
            .Select(m => m["key"]!.GetValue<string>()).Order(StringComparer.Ordinal);
        Assert.Equal(bound, ours);

        bool IsClaimed(JsonNode module) => bound.Contains(module["key"]!.GetValue<string>(), StringComparer.Ordinal);
    }

    // A forced pass itself changes the Installation; all else must stay.
    private async Task<IReadOnlyList<string>> VersionsAsync(string kinds = "dm,dmledger") =>
    [
        .. (await Kubectl.ListAsync(kinds)).Select(item =>
            $"{item["kind"]}/{item["metadata"]!["name"]}@{item["metadata"]!["resourceVersion"]}"),
    ];
}
