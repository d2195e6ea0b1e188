using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests;

/// <summary>
/// The control plane with our custom resources that all tests share which need none of their own. It starts with the
/// first test and lives as long as the test process; the tests run side by side, each in namespaces of its own.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<ControlPlane>> Shared = new(StartAsync);
    private static int _namespaces;

    public ControlPlane ControlPlane { get; private set; } = null!;

    public async Task InitializeAsync() => ControlPlane = await Shared.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>kubectl in a namespace that no other test uses.</summary>
    public async Task<Kubectl> NewNamespaceAsync()
    {
        var name = $"test-{Interlocked.Increment(ref _namespaces)}";
        await ControlPlane.Kubectl.RunAsync("create", "namespace", name);
        return ControlPlane.Kubectl.In(name);
    }

    public static async Task InstallCrdsAsync(Kubectl kubectl)
    {
        await kubectl.ApplyFilesAsync(RepositoryLayout.Crds);
        await kubectl.WaitAsync("condition=Established", "crd", "--all");
        // Established is said before the new kinds are served everywhere.
        await kubectl.AwaitAsync("get", "dminst,dm,dmledger", "--all-namespaces");
    }

    private static async Task<ControlPlane> StartAsync()
    {
        var plane = await ControlPlane.StartAsync(RunDirectory.Create("cluster"));
        await InstallCrdsAsync(plane.Kubectl);
        return plane;
    }
}
