namespace Reconciler.TestKit.Processes;

/// <summary>
/// A real Kubernetes API server for tests: tests/kube-apiserver's single binary, or the pair in KUBEBUILDER_ASSETS. It
/// can be killed and restarted with its state, port and kubeconfig kept. No Kubernetes controllers run in it.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly IApiServerLauncher _launcher;
    private RunningApiServer _running;

    private ControlPlane(string directory, string kubectl, IApiServerLauncher launcher, RunningApiServer running)
    {
        Directory = directory;
        _launcher = launcher;
        _running = running;
        Kubectl = new Kubectl(kubectl, Kubeconfig, directory);
    }

    /// <summary>Where the logs are.</summary>
    public string Directory { get; }

    /// <summary>A kubeconfig with the context admin, which is current, and one per user.</summary>
    public string Kubeconfig => KubeconfigIn(Directory);

    public Uri Url => _running.Url;

    /// <summary>kubectl as admin.</summary>
    public Kubectl Kubectl { get; }

    public static async Task<ControlPlane> StartAsync(string directory, ControlPlaneOptions? options = null)
    {
        var program = await TestPrograms.ApiServerAsync();
        var kubectl = await TestPrograms.KubectlAsync();
        IApiServerLauncher launcher = Path.GetFileName(program) is "kube-apiserver"
            ? new KubebuilderLauncher(program, kubectl, directory, KubeconfigIn(directory), options ?? new())
            : new EnvtestLauncher(program, directory, KubeconfigIn(directory), options ?? new());
        return new ControlPlane(directory, kubectl, launcher, await launcher.StartAsync(port: 0));
    }

    /// <summary>Sends SIGKILL and waits until the server is gone; its state stays on disk.</summary>
    public async Task KillAsync()
    {
        foreach (var process in _running.Processes.Reverse())
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts the killed server again, on the same port and state.</summary>
    public async Task RestartAsync() => _running = await _launcher.StartAsync(_running.Url.Port);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        var data = Path.Combine(Directory, "data");
        if (System.IO.Directory.Exists(data))
        {
            System.IO.Directory.Delete(data, recursive: true);
        }
    }

    private static string KubeconfigIn(string directory) => Path.Combine(directory, "kubeconfig");
}
