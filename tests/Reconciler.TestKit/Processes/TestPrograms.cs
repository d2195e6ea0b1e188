namespace Reconciler.TestKit.Processes;

/// <summary>
/// Paths of the programs that end-to-end tests run: from the scripts ensure.sh, unless test.sh has set them.
/// </summary>
public static class TestPrograms
{
    private const string ApiServerVariable = "RECONCILER_TEST_APISERVER";
    private const string ExecutableVariable = "RECONCILER_TEST_EXECUTABLE";
    private const string DeployToolsVariable = "RECONCILER_TEST_DEPLOY_TOOLS";

    private static readonly Lazy<Task<string>> ApiServer = new(() =>
        Environment.GetEnvironmentVariable(ApiServerVariable) is { Length: > 0 } path
            ? Task.FromResult(path)
            : EnsureAsync(RepositoryLayout.EnsureScript, "apiserver"));
    private static readonly Lazy<Task<string>> KubectlProgram = new(() =>
        EnsureAsync(RepositoryLayout.EnsureScript, "kubectl"));
    private static readonly Lazy<Task<string>> PromtoolProgram = new(() =>
        EnsureAsync(RepositoryLayout.EnsureScript, "promtool"));
    private static readonly Lazy<Task<string>> DeployTools = new(() =>
        Environment.GetEnvironmentVariable(DeployToolsVariable) is { Length: > 0 } path
            ? Task.FromResult(path)
            : EnsureAsync(RepositoryLayout.EnsureDeployToolsScript));
    private static readonly Lazy<Task<string>> ChromiumProgram = new(() =>
        EnsureAsync(RepositoryLayout.ChromiumScript));

    /// <summary>envtest-apiserver, or kube-apiserver if KUBEBUILDER_ASSETS is set; built first if need be.</summary>
    public static Task<string> ApiServerAsync() => ApiServer.Value;

    public static Task<string> KubectlAsync() => KubectlProgram.Value;

    /// <summary>Prometheus' own check of rules and their tests.</summary>
    public static Task<string> PromtoolAsync() => PromtoolProgram.Value;

    /// <summary>What renders the chart as Helm does, and runs the Lua and CEL of deploy/.</summary>
    public static Task<string> DeployToolsAsync() => DeployTools.Value;

    /// <summary>Chromium, installed first if need be.</summary>
    public static Task<string> ChromiumAsync() => ChromiumProgram.Value;

    /// <summary>The tests run the executable that deploy/publish.sh made, not the assembly built with them.</summary>
    public static bool IsPublished => Environment.GetEnvironmentVariable(ExecutableVariable) is { Length: > 0 };

    /// <summary>How `reconciler` is started with these arguments.</summary>
    public static (string Program, IReadOnlyList<string> Arguments) Reconciler(params IEnumerable<string> arguments) =>
        Environment.GetEnvironmentVariable(ExecutableVariable) is { Length: > 0 } executable
            ? (executable, [.. arguments])
            : ("dotnet", [Path.Combine(AppContext.BaseDirectory, "reconciler.dll"), .. arguments]);

    private static async Task<string> EnsureAsync(string script, params string[] arguments)
    {
        var result = await Command.RunAsync("bash", [script, .. arguments], timeout: ProcessTimeouts.Build);
        return result.Required().Output.Trim();
    }
}
