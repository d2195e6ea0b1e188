using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>A real API server with our resource definitions and an emulator, both as processes of their own.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(string directory, ControlPlane cluster, EmulatorProcess emulator)
    {
        LogDirectory = directory;
        Cluster = cluster;
        Emulator = emulator;
        Api = new ApiCalls(cluster);
    }

    public string LogDirectory { get; }

    public ControlPlane Cluster { get; }

    public EmulatorProcess Emulator { get; }

    public ApiCalls Api { get; }

    public static async Task<Stage> OpenAsync(string name)
    {
        var directory = RunDirectory.Create($"bench-{name}");
        var cluster = await ControlPlane.StartAsync(directory);
        await cluster.Kubectl.AwaitServerAsync();
        await cluster.Kubectl.ApplyFilesAsync(RepositoryLayout.Crds);
        await cluster.Kubectl.RunAsync(
            "wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
        await cluster.Kubectl.RunAsync("create", "namespace", "bench");
        return new Stage(directory, cluster, await EmulatorProcess.StartAsync(directory));
    }

    /// <summary>Starts the operator, which leads from the start, and waits until it serves what it watches.</summary>
    public Task<OperatorProcess> StartReadyOperatorAsync(params string[] arguments) =>
        StartReadyReplicaAsync(["--leader-elect=false", .. arguments]);

    /// <summary>The same, with the lease as the arguments say.</summary>
    public async Task<OperatorProcess> StartReadyReplicaAsync(params string[] arguments)
    {
        // The emulator is at a loopback address, which only a named host may be.
        var started = OperatorProcess.Start(
            "operator", LogDirectory, Cluster.Kubeconfig, ["--allow-remote-hosts", "127.0.0.1", .. arguments]);
        await Readiness.AwaitAsync(started);
        return started;
    }

    public Task ApplyInstallationAsync(string name, string token, string interval = "1h") => Cluster.Kubectl.ApplyAsync(
        $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: {{name}}-token, namespace: bench }
        stringData: { token: {{token}} }
        ---
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata: { name: {{name}}, namespace: bench }
        spec:
          baseUrl: {{Emulator.BaseUrl.AbsoluteUri.TrimEnd('/')}}
          credentials: { secretRef: { name: {{name}}-token } }
          interval: {{interval}}
          requestsPerSecond: 1000
        """);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Emulator.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
