using System.Text.Json.Nodes;
using Reconciler.Emulator;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>A cluster that enforces RBAC with a rendered chart applied to it, an emulated remote, and the operator that the
/// chart's Deployment describes: its arguments, under its ServiceAccount, through a proxy that notes what it asks.</summary>
internal sealed class ChartStage : IAsyncDisposable
{
    private readonly List<OperatorProcess> _operators = [];
    private readonly JsonNode _pod;
    private readonly ControlPlaneUser _account;

    private ChartStage(
        ControlPlane plane, IReadOnlyList<RenderedObject> objects, JsonNode pod, ControlPlaneUser account,
        RecordingProxy proxy, EmulatorServer emulator)
    {
        (ControlPlane, Objects, _pod, _account, Proxy, Emulator) = (plane, objects, pod, account, proxy, emulator);
        Remote = new EmulatorClient(emulator.BaseUrl);
    }

    public ControlPlane ControlPlane { get; }

    public IReadOnlyList<RenderedObject> Objects { get; }

    public RecordingProxy Proxy { get; }

    public EmulatorServer Emulator { get; }

    public EmulatorClient Remote { get; }

    /// <summary>kubectl as a user of this namespace.</summary>
    public Kubectl In(string @namespace) => ControlPlane.Kubectl.In(@namespace);

    /// <param name="arguments">For the renderer, given the emulator's address.</param>
    public static async Task<ChartStage> StartAsync(string scenario, Func<Uri, string[]> arguments)
    {
        var emulator = await EmulatorServer.StartAsync();
        var objects = await Chart.ObjectsAsync(arguments(emulator.BaseUrl));
        var pod = objects.Single(one => one.Kind == "Deployment").Object["spec"]!["template"]!["spec"]!;
        var account = ControlPlaneUser.ServiceAccount(
            Chart.Namespace, pod["serviceAccountName"]!.GetValue<string>());
        var plane = await ControlPlane.StartAsync(
            RunDirectory.Create(scenario),
            new ControlPlaneOptions
            {
                Rbac = true,
                Users = [account],
                // Servers without streaming lists are why it may list.
                Arguments = ["--feature-gates=WatchList=false"],
            });
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await MonitoringKinds.InstallAsync(plane.Kubectl);
        await ApplyAsync(plane.Kubectl, objects);
        var proxy = await RecordingProxy.StartAsync(plane.Url);
        return new(plane, objects, pod, account, proxy, emulator);
    }

    /// <summary>Starts what the Deployment's container starts, with ports of its own choice and changes to its arguments
    /// where a test has other files and addresses.</summary>
    public async Task<OperatorProcess> StartOperatorAsync(Func<string, string>? change = null)
    {
        var arguments = _pod["containers"]![0]!["args"]!.AsArray().Select(one => one!.GetValue<string>()).ToList();
        Assert.Equal("run", arguments[0]);
        var started = OperatorProcess.Start(
            $"operator-{_operators.Count + 1}", ControlPlane.Directory, await KubeconfigAsync(),
            [
                .. arguments.Skip(1).Where(one => !one.StartsWith("--metrics-bind=", StringComparison.Ordinal)
                    && !one.StartsWith("--health-bind=", StringComparison.Ordinal)).Select(change ?? (one => one)),
                "--emulated-remotes",
            ]);
        _operators.Add(started);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _operators)
        {
            await one.DisposeAsync();
        }

        await Proxy.DisposeAsync();
        await Emulator.DisposeAsync();
        await ControlPlane.DisposeAsync();
    }

    private static async Task ApplyAsync(Kubectl kubectl, IReadOnlyList<RenderedObject> objects)
    {
        var namespaces = objects.Select(one => one.Namespace).OfType<string>().Append("team-a")
            .Distinct(StringComparer.Ordinal)
            .Select(name => new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new JsonObject { ["name"] = name },
            });
        var released = objects.Where(one => !one.IsHook).Select(one => one.Object.DeepClone());
        var list = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = new JsonArray([.. namespaces, .. released]),
        };
        await kubectl.ApplyAsync(list.ToJsonString());
    }

    // Nothing but the ServiceAccount, in its own namespace, as in a pod.
    private async Task<string> KubeconfigAsync()
    {
        var path = Path.Combine(ControlPlane.Directory, "operator-kubeconfig");
        await File.WriteAllTextAsync(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: pod
            contexts: [{ name: pod, context: { cluster: proxy, user: account, namespace: {{Chart.Namespace}} } }]
            clusters: [{ name: proxy, cluster: { server: "{{Proxy.Address}}" } }]
            users: [{ name: account, user: { token: {{_account.Token}} } }]
            """);
        return path;
    }
}
