using Reconciler.EndToEnd.Tests.Charts;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;
using Reconciler.TestKit.Wire;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>What an operator leaves behind that dies with a credential in its hands: its lines, and no file.</summary>
public sealed class CrashTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Token = "canary-c41d07-token-9b3f";

    // The runtime writes its own dump, if at all, on the first, and may live on;
    // the second is the kernel's affair alone.
    private static readonly ProcessSignal[] Deaths = [ProcessSignal.Abort, ProcessSignal.BadSystemCall];

    // The kernel may write cores of any size, and writes them into the working directory where its pattern says so.
    private const string AllowCores = "ulimit -c unlimited 2>/dev/null; cd \"$0\" && exec \"$@\"";

    [Fact]
    public async Task An_operator_that_crashes_in_the_middle_of_a_call_leaves_no_dump_and_no_credential()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        var logs = RunDirectory.Create("crash");
        var (working, temporary) = (Sub(logs, "working"), Sub(logs, "temporary"));
        var called = new TaskCompletionSource<RawRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var remote = new RawHttpServer(request =>
        {
            called.TrySetResult(request);
            return RawAnswer.Text("", RawEnding.Hang);
        });
        await kubectl.ApplyAsync(
            Manifests.Installation(ApiUnderTest.ForgeV2, remote.Address, "", $"token: {Token}"));
        await using var running = OperatorProcess.Start(
            "operator", logs, kubectl.Kubeconfig,
            ["--namespace", kubectl.Namespace!, "--emulated-remotes", "--verbose", "--debug"],
            new Dictionary<string, string?>(await ChartVariablesAsync()) { ["TMPDIR"] = temporary },
            [.. MemoryAccess.Within, "bash", "-c", AllowCores, working]);

        var request = await called.Task.WaitAsync(ProcessTimeouts.State, TimeProvider.System);
        Assert.EndsWith(Token, request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Empty(Everything(temporary));

        // No core in the working directory proves little where the kernel's pattern leads elsewhere.
        Assert.False(await MemoryAccess.IsOpenAsync(running.Process));
        Assert.All(Deaths, running.Process.Signal);

        var exit = await running.Process.WaitForExitAsync();
        Assert.Contains(exit, Deaths.Select(signal => 128 + (int)signal));
        Assert.Empty(Everything(working));
        Assert.Empty(Everything(temporary));
        Assert.NotEmpty(running.Process.Lines);
        Assert.All(running.Process.Lines, line => Assert.DoesNotContain(Token[..13], line, StringComparison.Ordinal));
    }

    // The last case is the control: what is shut above would be seen open.
    [Theory]
    [InlineData(null, false)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public async Task Memory_is_shut_to_all_but_who_asks_for_dumps(string? wish, bool isOpen)
    {
        var (program, arguments) = TestPrograms.Reconciler("emulator", "--urls", "http://127.0.0.1:0");
        string[] line = [.. MemoryAccess.Within, program, .. arguments];
        await using var process = ChildProcess.Start(
            "emulator", RunDirectory.Create("memory"), line[0], line[1..],
            new Dictionary<string, string?> { ["DOTNET_DbgEnableMiniDump"] = wish });
        await process.WaitForLineAsync(said => said.StartsWith("Emulator at", StringComparison.Ordinal));

        Assert.Equal(isOpen, await MemoryAccess.IsOpenAsync(process));
    }

    private static string Sub(string directory, string name) =>
        Directory.CreateDirectory(Path.Combine(directory, name)).FullName;

    // A socket of the runtime's diagnostics would be among them.
    private static IEnumerable<string> Everything(string directory) =>
        Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories);

    private static async Task<Dictionary<string, string?>> ChartVariablesAsync()
    {
        var pod = (await Chart.ObjectsAsync()).Single(one => one.Kind == "Deployment")
            .Object["spec"]!["template"]!["spec"]!;
        return pod["containers"]![0]!["env"]!.AsArray().ToDictionary(
            one => one!["name"]!.GetValue<string>(), one => one!["value"]?.GetValue<string>(), StringComparer.Ordinal);
    }
}
