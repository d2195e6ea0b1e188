using System.Text.Json.Nodes;
using Reconciler.Emulator;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>A cluster that enforces RBAC with a rendered chart applied to it, an emulated remote, and the operator that
/// the chart's Deployment describes: its arguments, under its ServiceAccount,
/// through a proxy that notes what it asks.</summary>
internal sealed class ChartStage : IAsyncDisposable
{
    private readonly List<OperatorProcess> _operators = [];

    private ChartStage(
        ControlPlane plane, IReadOnlyList<RenderedObject> objects, RecordingProxy proxy, EmulatorServer emulator)
    {
        (ControlPlane, Objects, Proxy, Emulator) = (plane, objects, proxy, emulator);
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
        var plane = await ControlPlane.StartAsync(
            RunDirectory.Create(scenario),
            new ControlPlaneOptions
            {
                Rbac = true,
                Users =
                [
                    .. objects.Where(one => one.Kind is "Deployment" or "Job").Select(AccountOf)
                        .DistinctBy(one => one.Name),
                ],
                // Servers without streaming lists are why it may list.
                Arguments = ["--feature-gates=WatchList=false"],
            });
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await MonitoringKinds.InstallAsync(plane.Kubectl);
        await ApplyAsync(plane.Kubectl, objects);
        return new(plane, objects, await RecordingProxy.StartAsync(plane.Url), emulator);
    }

    /// <summary>Starts what the Deployment's container starts, with ports of its own choice and changes to its
    /// arguments where a test has other files and addresses.</summary>
    public async Task<OperatorProcess> StartOperatorAsync(Func<string, string>? change = null)
    {
        var deployment = Objects.Single(one => one.Kind == "Deployment");
        var arguments = ArgumentsOf(deployment);
        Assert.Equal("run", arguments[0]);
        var started = OperatorProcess.Start(
            $"operator-{_operators.Count + 1}", ControlPlane.Directory, await KubeconfigAsync(deployment, Proxy),
            [
                .. arguments.Skip(1).Where(one => !one.StartsWith("--metrics-bind=", StringComparison.Ordinal)
                    && !one.StartsWith("--health-bind=", StringComparison.Ordinal)).Select(change ?? (one => one)),
                "--emulated-remotes",
            ]);
        _operators.Add(started);
        return started;
    }

    /// <summary>Ends the operator and takes its rights away, as Helm does before hooks that run after the
    /// deletion.</summary>
    public async Task RemoveReleaseAsync()
    {
        foreach (var one in _operators)
        {
            await one.StopAsync();
        }

        var rights = Objects.Where(one => !one.IsHook
            && one.Object["apiVersion"]!.GetValue<string>().StartsWith("rbac.", StringComparison.Ordinal));
        (await ControlPlane.Kubectl.TryAsync(
            ["delete", "-f", "-"], ListOf(rights.Select(one => one.Object.DeepClone())))).Required();
    }

    /// <summary>Runs what the uninstall hook's Job says, under its ServiceAccount,
    /// and tells what it asked for.</summary>
    public async Task<(CommandResult Result, IReadOnlyList<ApiCall> Calls)> RunHookAsync()
    {
        var hooks = Objects.Where(one => one.IsHook && one.Kind != "Job")
            .Select(one => one.Object.DeepClone()).ToList();
        if (hooks.Count > 0)
        {
            await ControlPlane.Kubectl.ApplyAsync(ListOf(hooks));
        }

        var job = Objects.Single(one => one.Kind == "Job");
        await using var proxy = await RecordingProxy.StartAsync(ControlPlane.Url);
        var result = await Command.RunReconcilerAsync(
            [.. ArgumentsOf(job), "--kubeconfig", await KubeconfigAsync(job, proxy)]);
        return (result, proxy.Calls);
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
        await kubectl.ApplyAsync(ListOf([.. namespaces, .. released]));
    }

    private static string ListOf(IEnumerable<JsonNode> items) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "List",
        ["items"] = new JsonArray([.. items]),
    }.ToJsonString();

    private static JsonNode PodOf(RenderedObject workload) => workload.Object["spec"]!["template"]!["spec"]!;

    private static List<string> ArgumentsOf(RenderedObject workload) =>
        [.. PodOf(workload)["containers"]![0]!["args"]!.AsArray().Select(one => one!.GetValue<string>())];

    private static ControlPlaneUser AccountOf(RenderedObject workload) => ControlPlaneUser.ServiceAccount(
        Chart.Namespace, PodOf(workload)["serviceAccountName"]!.GetValue<string>());

    // Nothing but the ServiceAccount, in its own namespace, as in a pod.
    private async Task<string> KubeconfigAsync(RenderedObject workload, RecordingProxy proxy)
    {
        var path = Path.Combine(ControlPlane.Directory, $"kubeconfig-of-{workload.Kind}");
        await File.WriteAllTextAsync(path, $$"""
            apiVersion: v1
            kind: Config
            current-context: pod
            contexts: [{ name: pod, context: { cluster: proxy, user: account, namespace: {{Chart.Namespace}} } }]
            clusters: [{ name: proxy, cluster: { server: "{{proxy.Address}}" } }]
            users: [{ name: account, user: { token: {{AccountOf(workload).Token}} } }]
            """);
        return path;
    }
}
