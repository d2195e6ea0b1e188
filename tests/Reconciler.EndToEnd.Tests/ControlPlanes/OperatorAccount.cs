using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.ControlPlanes;

/// <summary>A control plane that enforces RBAC, with deploy/rbac applied and a token for its ServiceAccount.</summary>
internal sealed class OperatorAccount : IAsyncDisposable
{
    public const string Namespace = "reconciler-system";

    private static readonly ControlPlaneUser User = ControlPlaneUser.ServiceAccount(Namespace, "reconciler");

    private OperatorAccount(ControlPlane controlPlane) => ControlPlane = controlPlane;

    public ControlPlane ControlPlane { get; }

    /// <summary>kubectl as the operator's ServiceAccount.</summary>
    public Kubectl Kubectl => ControlPlane.Kubectl.As(User.Name);

    public static async Task<OperatorAccount> StartAsync(string scenario)
    {
        var plane = await ControlPlane.StartAsync(
            RunDirectory.Create(scenario), new ControlPlaneOptions { Rbac = true, Users = [User] });
        await ClusterFixture.InstallCrdsAsync(plane.Kubectl);
        await plane.Kubectl.ApplyFilesAsync(RepositoryLayout.Rbac);
        var account = new OperatorAccount(plane);
        // The server judges by caches of its own, which learn of roles and bindings a moment later.
        await account.Kubectl.AwaitAsync("auth", "can-i", "list", "dynamicmodules.reconciler.io");
        await account.Kubectl.AwaitAsync(
            "auth", "can-i", "patch", "leases.coordination.k8s.io/reconciler", "-n", Namespace);
        return account;
    }

    /// <summary>A kubeconfig with nothing in it but the ServiceAccount, in its own namespace.</summary>
    public async Task<string> KubeconfigAsync()
    {
        await Kubectl.RunAsync("config", "set-context", User.Name, $"--namespace={Namespace}");
        var path = Path.Combine(ControlPlane.Directory, "operator-kubeconfig");
        await File.WriteAllTextAsync(path, await Kubectl.RunAsync("config", "view", "--raw", "--minify", "--flatten"));
        return path;
    }

    public ValueTask DisposeAsync() => ControlPlane.DisposeAsync();
}
