namespace Reconciler.TestKit.Processes;

/// <summary>
/// Paths of the programs that end-to-end tests run: from tests/kube-apiserver/ensure.sh, unless test.sh has set them.
/// </summary>
public static class TestPrograms
{
    private const string ApiServerVariable = "RECONCILER_TEST_APISERVER";

    private static readonly Lazy<Task<string>> ApiServer = new(() =>
        Environment.GetEnvironmentVariable(ApiServerVariable) is { Length: > 0 } path
            ? Task.FromResult(path)
            : EnsureAsync("apiserver"));
    private static readonly Lazy<Task<string>> KubectlProgram = new(() => EnsureAsync("kubectl"));

    /// <summary>envtest-apiserver, or kube-apiserver if KUBEBUILDER_ASSETS is set; built first if need be.</summary>
    public static Task<string> ApiServerAsync() => ApiServer.Value;

    public static Task<string> KubectlAsync() => KubectlProgram.Value;

    /// <summary>The `reconciler` assembly that was built with the test assembly.</summary>
    public static string ReconcilerAssembly => Path.Combine(AppContext.BaseDirectory, "reconciler.dll");

    private static async Task<string> EnsureAsync(string program)
    {
        var result = await Command.RunAsync(
            "bash", [RepositoryLayout.EnsureScript, program], timeout: ProcessTimeouts.Build);
        return result.Required().Output.Trim();
    }
}
