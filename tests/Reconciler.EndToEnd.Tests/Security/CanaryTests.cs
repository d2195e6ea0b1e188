using Reconciler.TestKit.Processes;
using Reconciler.TestKit.Wire;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>
/// Credentials that are easy to recognise, and a look at everything that the operator writes, says or sends. No output
/// may hold even the beginning of one.
/// </summary>
public sealed class CanaryTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string Canary = "canary-8f4e1b";

    private const string Token = Canary + "-token-2d7c9a5e0f634b18";

    [Fact]
    public async Task No_output_holds_a_credential_even_if_the_remote_throws_it_back()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await using var remote = new HostileRemote();
        await using var collector = new RawHttpServer(_ => RawAnswer.Of(200, "application/x-protobuf", []));
        var directory = RunDirectory.Create("canary");
        var thrown = new ThrownExceptions(Path.Combine(directory, "exceptions.txt"));
        await using var running = Start(kubectl, collector, directory, thrown);
        await kubectl.ApplyAsync(Objects(remote.Address));
        await kubectl.WaitAsync("jsonpath={.status.observedGeneration}=1", "dminst/acme", "dminst/broken");

        var pass = 0;
        foreach (var status in new[] { 302, 400, 401, 403, 404, 409, 422, 429, 500, 503 })
        {
            foreach (var shape in HostileRemote.Shapes)
            {
                // Every second time the list succeeds, so that it is the write which is refused.
                var isWrite = pass % 2 == 1;
                remote.Set(request => isWrite && request.Method == "GET" ? 200 : status, shape);
                await ForceAsync(kubectl, ++pass);
            }
        }

        Assert.Contains(
            remote.Requests, request => request.Headers["Authorization"].EndsWith(Token, StringComparison.Ordinal));
        Assert.Contains(remote.Requests, request => request.Method == "POST");
        var outputs = await OutputsAsync(kubectl, running, collector);
        if (!TestPrograms.IsPublished)
        {
            // Any of them might have been the one that ends the process, and then it would be on stderr.
            outputs.Add(("the text of every exception", await thrown.ReadAsync()));
        }

        foreach (var (name, text) in outputs)
        {
            Assert.True(text.Length > 0, $"{name} is empty: the canary test looks at nothing");
            var at = text.IndexOf(Canary, StringComparison.Ordinal);
            Assert.True(at < 0, $"{name} holds a credential: …{Around(text, at)}…");
        }
    }

    private static OperatorProcess Start(
        Kubectl kubectl, RawHttpServer collector, string directory, ThrownExceptions thrown) => OperatorProcess.Start(
        "operator", directory, kubectl.Kubeconfig,
        [
            "--namespace", kubectl.Namespace!, "--emulated-remotes", "--verbose", "--debug",
            "--console-bind", "127.0.0.1:0",
            "--otlp-endpoint", collector.Address.ToString(),
        ],
        new Dictionary<string, string?>(thrown.Environment)
        {
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        });

    /// <summary>Whatever learns to write, say or send something is added here.</summary>
    private static async Task<List<(string Name, string Text)>> OutputsAsync(
        Kubectl kubectl, OperatorProcess running, RawHttpServer collector)
    {
        var metrics = await running.MetricsAddressAsync();
        var console = await ConsoleAddressAsync(running);
        var subject = $"?namespace={kubectl.Namespace}&name=";
        return
        [
            ("/metrics", (await LoopbackHttp.SendAsync(HttpMethod.Get, new Uri(metrics, "/metrics"))).Body),
            ("/debug", (await LoopbackHttp.SendAsync(HttpMethod.Get, new Uri(metrics, "/debug"))).Body),
            ("console", await ReadAsync(console, "api/snapshot")),
            ("console, installation", await ReadAsync(console, $"api/installation{subject}acme")),
            ("console, module", await ReadAsync(console, $"api/module{subject}module-of-acme")),
            ("status", await kubectl.RunAsync("get", "dm,dminst", "-o", "yaml")),
            ("ledger", await kubectl.RunAsync("get", "dmledger", "-o", "yaml")),
            ("events", await kubectl.RunAsync("get", "events.events.k8s.io", "-o", "yaml")),
            ("lines on stdout and stderr", string.Join('\n', running.Process.Lines) + await EndOfAsync(running)),
            ("traces and metrics by OTLP", string.Concat(collector.Requests.Select(request => request.Body))),
        ];
    }

    private static async Task<Uri> ConsoleAddressAsync(OperatorProcess running)
    {
        var line = await running.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "ServingConsole");
        return new Uri($"http://{line["address"]!.GetValue<string>()}/");
    }

    private static async Task<string> ReadAsync(Uri console, string path)
    {
        var (status, body) = await LoopbackHttp.SendAsync(HttpMethod.Get, new Uri(console, path));
        Assert.Equal(200, status);
        return body;
    }

    // The last words of a process that is ended: its log lines after SIGTERM, and what the runtime adds.
    private static async Task<string> EndOfAsync(OperatorProcess running)
    {
        await running.StopAsync();
        return string.Join('\n', running.Process.Lines);
    }

    private static async Task ForceAsync(Kubectl kubectl, int pass)
    {
        await kubectl.RunAsync("annotate", "--overwrite", "dminst/acme", $"reconciler.io/requestedAt=pass-{pass}");
        await kubectl.WaitAsync($"jsonpath={{.status.lastHandledReconcileAt}}=pass-{pass}", "dminst/acme");
    }

    private static string Around(string text, int at) =>
        at < 0 ? "" : text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 60)];

    // The second credential cannot be a header; the third Secret lacks its key and holds the credential under another.
    private static string Objects(Uri remote) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: acme-token }
        stringData: { token: {{Token}} }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: broken-token }
        stringData: { token: "{{Token}}\u0001\nX-Injected: {{Token}}" }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: lacking-token }
        stringData: { tokens: {{Token}} }
        {{Installation("acme", remote)}}
        {{Installation("broken", remote)}}
        {{Installation("lacking", remote)}}
        """;

    private static string Installation(string name, Uri remote) => $$"""
        ---
        apiVersion: reconciler.io/v1alpha1
        kind: Installation
        metadata: { name: {{name}} }
        spec:
          baseUrl: {{remote.ToString().TrimEnd('/')}}
          requestsPerSecond: 1000
          credentials: { secretRef: { name: {{name}}-token } }
        ---
        apiVersion: reconciler.io/v1alpha1
        kind: DynamicModule
        metadata: { name: module-of-{{name}} }
        spec:
          installationRef: { name: {{name}} }
          type: trigger
          data: { events: ["avi:jira:updated:issue"], endpoint: some-endpoint }
        """;
}
