using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Reconciler.EndToEnd.Tests.ControlPlanes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Intake;

/// <summary>A cluster that enforces RBAC, the emulated Forge, and an operator that takes its tokens with no more rights
/// than deploy/rbac and its optional part grant.</summary>
internal sealed partial class ForgeStage : IAsyncDisposable
{
    private const string App = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";

    private readonly OperatorAccount _account;
    private readonly List<OperatorProcess> _operators = [];
    private Uri _intake = null!;

    private ForgeStage(OperatorAccount account, EmulatorProcess forge) => (_account, Forge) = (account, forge);

    public EmulatorProcess Forge { get; }

    /// <summary>The one that was started last; Forge calls it.</summary>
    public OperatorProcess Operator => _operators[^1];

    public Kubectl Kubectl => _account.ControlPlane.Kubectl.In(OperatorAccount.Namespace);

    /// <param name="more">Further options of the operator.</param>
    public static async Task<ForgeStage> StartAsync(params string[] more)
    {
        var stage = await StartEmptyAsync();
        var started = await stage.StartOperatorAsync(["--leader-elect=false", .. more]);
        await LeadingAsync(started);
        return stage;
    }

    /// <summary>Two replicas of which the first leads; Forge calls the second.</summary>
    public static async Task<ForgeStage> StartReplicasAsync()
    {
        string[] election = ["--leader-elect=true", "--lease-namespace", OperatorAccount.Namespace];
        var stage = await StartEmptyAsync();
        await LeadingAsync(await stage.StartOperatorAsync(election));
        await stage.StartOperatorAsync(election);
        return stage;
    }

    private static async Task<ForgeStage> StartEmptyAsync()
    {
        var account = await OperatorAccount.StartAsync("forge-remote");
        await account.ControlPlane.Kubectl.ApplyFilesAsync(Path.Combine(RepositoryLayout.Rbac, "optional"));
        return new ForgeStage(account, await EmulatorProcess.StartAsync(account.ControlPlane.Directory));
    }

    /// <summary>Forge calls the operator once; the answer holds the system token and the status.</summary>
    public async Task<JsonNode> CallAsync(string more = "") => (await ControlAsync(
        HttpMethod.Post, "invocations", $$"""{"url":"{{_intake}}"{{more}}}"""))!;

    /// <summary>Forge calls the operator now and again and again, as a scheduled trigger does.</summary>
    public Task PumpAsync() =>
        ControlAsync(HttpMethod.Put, "pump", $$"""{"url":"{{_intake}}","intervalMs":1000}""");

    public Task StopPumpAsync() => ControlAsync(HttpMethod.Delete, "pump");

    public async Task<JsonNode?> ControlAsync(HttpMethod method, string path, string? json = null)
    {
        var (status, body) = await LoopbackHttp.SendAsync(method, new Uri(Forge.BaseUrl, "/_emulator/" + path), json);
        Assert.InRange(status, 200, 299);
        return body.Length == 0 ? null : JsonNode.Parse(body);
    }

    public Task AwaitReasonAsync(string reason) => Kubectl.WatchUntilAsync(
        "dminst/acme",
        node => node["status"]?["conditions"]?.AsArray().Any(condition =>
            condition!["type"]!.GetValue<string>() == "Ready"
            && condition["reason"]!.GetValue<string>() == reason) == true);

    public async ValueTask DisposeAsync()
    {
        foreach (var started in _operators)
        {
            await started.DisposeAsync();
        }

        await Forge.DisposeAsync();
        await _account.DisposeAsync();
    }

    private async Task<OperatorProcess> StartOperatorAsync(IEnumerable<string> more)
    {
        var template = Path.Combine(_account.ControlPlane.Directory, "tenant.yaml");
        await File.WriteAllTextAsync(
            template,
            $"""
            apiVersion: reconciler.io/v1alpha1
            kind: Installation
            metadata:
              name: tenant
            spec:
              baseUrl: {Forge.BaseUrl.ToString().TrimEnd('/')}
            """);
        var started = OperatorProcess.Start(
            $"operator-{_operators.Count + 1}", _account.ControlPlane.Directory, await _account.KubeconfigAsync(),
            [
                "--forge-remote-bind", "127.0.0.1:0", "--forge-app-id", App,
                "--forge-jwks-url", new Uri(Forge.BaseUrl, "/.well-known/jwks.json").AbsoluteUri,
                "--forge-discovery-template", template, "--allow-remote-hosts", "127.0.0.1", .. more,
            ]);
        _operators.Add(started);
        var line = await started.Process.WaitForLineAsync(line => Serving().IsMatch(line));
        _intake = new Uri($"http://{Serving().Match(line).Groups["at"].Value}/forge/lifecycle");
        // Forge waits five seconds for an answer, and the first one of a process takes by far the longest.
        await CallAsync(",\"forged\":true");
        return started;
    }

    private static Task LeadingAsync(OperatorProcess started) =>
        started.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "Leading");

    [GeneratedRegex(@"Taking tokens from Forge on (?<at>127\.0\.0\.1:[1-9][0-9]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Serving();
}
