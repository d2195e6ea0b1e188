using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests;

/// <summary>One control plane with our custom resources, for the tests that need no cluster of their own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private int _namespaces;

    public ControlPlane ControlPlane { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        ControlPlane = await ControlPlane.StartAsync(RunDirectory.Create("cluster"));
        await InstallCrdsAsync(ControlPlane.Kubectl);
    }

    public async Task DisposeAsync() => await ControlPlane.DisposeAsync();

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
    }
}
