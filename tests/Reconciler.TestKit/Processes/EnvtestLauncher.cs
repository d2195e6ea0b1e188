namespace Reconciler.TestKit.Processes;

/// <summary>Starts tests/kube-apiserver's single binary, which writes the kubeconfig itself.</summary>
internal sealed class EnvtestLauncher(string program, string directory, string kubeconfig, ControlPlaneOptions options)
    : IApiServerLauncher
{
    private const string Ready = "ready ";

    public async Task<RunningApiServer> StartAsync(int port)
    {
        var process = ChildProcess.Start("apiserver", directory, program, ArgumentsFor(port));
        var line = await process.WaitForLineAsync(l => l.StartsWith(Ready, StringComparison.Ordinal));
        return new RunningApiServer([process], new Uri(line[Ready.Length..]));
    }

    private IEnumerable<string> ArgumentsFor(int port) =>
    [
        "--data-dir", Path.Combine(directory, "data"),
        "--kubeconfig-out", kubeconfig,
        "--secure-port", $"{port}",
        "--authorization-mode", options.Rbac ? "RBAC" : "AlwaysAllow",
        .. options.Users.SelectMany(u => new[] { "--user", $"{u.Name}={string.Join(',', [u.Token, .. u.Groups])}" }),
        .. options.Arguments,
    ];
}
