using System.Text.Json.Nodes;
using Reconciler.Emulator;
using Reconciler.EndToEnd.Tests.Scenarios;
using Reconciler.TestKit.Processes;
using Reconciler.TestKit.Wire;

namespace Reconciler.EndToEnd.Tests.Security;

/// <summary>
/// Credentials that are easy to recognise, of every kind that the APIs take, and a look at everything that the operator
/// writes, says or sends. No output may hold even the beginning of one, in base64 neither.
/// </summary>
public sealed class CanaryTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const string App = "ari:cloud:ecosystem::app/00000000-0000-4000-8000-0000000000aa";

    private static readonly int[] Refusals = [302, 400, 401, 403, 404, 409, 422, 429, 500, 503];

    // What cannot be a header, and Secrets that lack a key and hold the credential under another.
    private static readonly string[] Unusable = ["broken", "cut", "lacking", "halved"];

    // One operator for all of them: what one API's installation says, it says beside the others'.
    [Fact]
    public async Task No_output_holds_a_credential_of_any_api_even_if_the_remote_throws_it_back()
    {
        var kubectl = await cluster.NewNamespaceAsync();
        await using var forge = await EmulatorServer.StartAsync();
        await using var collector = new RawHttpServer(_ => RawAnswer.Of(200, "application/x-protobuf", []));
        var directory = RunDirectory.Create("canary");
        var thrown = new ThrownExceptions(Path.Combine(directory, "exceptions.txt"));
        await using var running = Start(kubectl, forge, collector, directory, thrown);
        var (token, proofs) = await DeliverAsync(forge, running);
        var tenants = CanaryTenant.OfEveryApi().Append(CanaryTenant.OfDelivery(token)).ToList();
        try
        {
            await kubectl.ApplyAsync(Manifests.Join(
                [.. tenants.Select(tenant => tenant.Manifest()), UnusableOnes(tenants[0].Remote.Address)]));
            await kubectl.WaitAsync(
                "jsonpath={.status.observedGeneration}=1",
                [.. tenants.Select(tenant => tenant.Name).Concat(Unusable).Select(name => $"dminst/{name}")]);
            await ThrowEverythingAsync(kubectl, tenants);

            Assert.All(tenants, tenant => tenant.AssertTested());
            var outputs = await OutputsAsync(kubectl, running, collector, tenants);
            if (!TestPrograms.IsPublished)
            {
                // Any of them might have been the one that ends the process, and then it would be on stderr.
                outputs.Add(("the text of every exception", await thrown.ReadAsync()));
            }

            AssertNone(outputs, SecretsOf([token, .. proofs]));
        }
        finally
        {
            foreach (var tenant in tenants)
            {
                await tenant.DisposeAsync();
            }
        }
    }

    private static OperatorProcess Start(
        Kubectl kubectl, EmulatorServer forge, RawHttpServer collector, string directory, ThrownExceptions thrown) =>
        OperatorProcess.Start(
            "operator", directory, kubectl.Kubeconfig,
            [
                "--namespace", kubectl.Namespace!, "--emulated-remotes", "--verbose", "--debug",
                "--console-bind", "127.0.0.1:0",
                "--otlp-endpoint", collector.Address.ToString(),
                "--forge-remote-bind", "127.0.0.1:0", "--forge-app-id", App,
                "--forge-jwks-url", new Uri(forge.BaseUrl, "/.well-known/jwks.json").AbsoluteUri,
                "--forge-token-namespace", kubectl.Namespace!,
            ],
            new Dictionary<string, string?>(thrown.Environment)
            {
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            });

    /// <summary>Forge calls with a proof that does not hold, and with one that does. The token that it delivers, and
    /// the proofs.</summary>
    private static async Task<(string Token, IReadOnlyList<string> Proofs)> DeliverAsync(
        EmulatorServer forge, OperatorProcess running)
    {
        var intake = await AddressAsync(running, "ServingIntake");
        var refused = await CallAsync(",\"forged\":true");
        Assert.Equal(401, refused["status"]!.GetValue<int>());
        var taken = await CallAsync("");
        Assert.Equal(204, taken["status"]!.GetValue<int>());
        return (Text(taken, "systemToken"), [Text(refused, "fit"), Text(taken, "fit")]);

        async Task<JsonNode> CallAsync(string more)
        {
            var order = $$"""{"url":"{{intake}}forge/lifecycle"{{more}}}""";
            var (status, body) = await LoopbackHttp.SendAsync(
                HttpMethod.Post, new Uri(forge.BaseUrl, "/_emulator/invocations"), order);
            Assert.InRange(status, 200, 299);
            return JsonNode.Parse(body)!;
        }

        static string Text(JsonNode call, string name) => call[name]!.GetValue<string>();
    }

    private static async Task ThrowEverythingAsync(Kubectl kubectl, IReadOnlyList<CanaryTenant> tenants)
    {
        var pass = 0;
        string[] all = [.. tenants.Select(tenant => $"dminst/{tenant.Name}")];
        foreach (var status in Refusals)
        {
            for (var i = 0; i < HostileRemote.Shapes.Count / 2; i++)
            {
                // Every second time the list succeeds, so that it is the write which is refused. Tenants meet different
                // shapes in one pass: a status meets each of them, and so does a tenant, lists and writes alike.
                var isWrite = (pass + (pass / HostileRemote.Shapes.Count)) % 2 == 1;
                pass++;
                foreach (var (at, tenant) in tenants.Index())
                {
                    var shape = HostileRemote.Shapes[(pass + at) % HostileRemote.Shapes.Count];
                    tenant.Remote.Set(request => isWrite && request.Method == "GET" ? 200 : status, shape);
                }

                await kubectl.RunAsync(["annotate", "--overwrite", .. all, $"reconciler.io/requestedAt=pass-{pass}"]);
                await kubectl.WaitAsync($"jsonpath={{.status.lastHandledReconcileAt}}=pass-{pass}", all);
            }
        }
    }

    /// <summary>Whatever learns to write, say or send something is added here.</summary>
    private static async Task<List<(string Name, string Text)>> OutputsAsync(
        Kubectl kubectl, OperatorProcess running, RawHttpServer collector, IEnumerable<CanaryTenant> tenants)
    {
        var metrics = await running.MetricsAddressAsync();
        var console = await AddressAsync(running, "ServingConsole");
        var outputs = new List<(string Name, string Text)>
        {
            ("/metrics", await ReadAsync(metrics, "/metrics")),
            ("/debug", await ReadAsync(metrics, "/debug")),
            ("console", await ReadAsync(console, "api/snapshot")),
        };
        foreach (var name in tenants.Select(tenant => tenant.Name).Concat(Unusable))
        {
            var of = $"?namespace={kubectl.Namespace}&name=";
            outputs.Add(($"console, installation {name}", await ReadAsync(console, $"api/installation{of}{name}")));
            outputs.Add(($"console, module of {name}", await ReadAsync(console, $"api/module{of}module-of-{name}")));
        }

        outputs.Add(("status", await kubectl.RunAsync("get", "dm,dminst", "-o", "yaml")));
        outputs.Add(("ledger", await kubectl.RunAsync("get", "dmledger", "-o", "yaml")));
        outputs.Add(("events", await kubectl.RunAsync("get", "events.events.k8s.io", "-o", "yaml")));
        outputs.Add(("lines on stdout and stderr", await EndOfAsync(running)));
        outputs.Add((
            "traces and metrics by OTLP", string.Concat(collector.Requests.Select(request => request.Body))));
        return outputs;
    }

    private static async Task<Uri> AddressAsync(OperatorProcess running, string @event)
    {
        var line = await running.WaitForEventAsync(log => log["event"]?.GetValue<string>() == @event);
        return new Uri($"http://{line["address"]!.GetValue<string>()}/");
    }

    private static async Task<string> ReadAsync(Uri server, string path)
    {
        var (status, body) = await LoopbackHttp.SendAsync(HttpMethod.Get, new Uri(server, path));
        Assert.Equal(200, status);
        return body;
    }

    // With the last words of a process that is ended: its log lines after SIGTERM, and what the runtime adds.
    private static async Task<string> EndOfAsync(OperatorProcess running)
    {
        await running.StopAsync();
        return string.Join('\n', running.Process.Lines);
    }

    /// <summary>The planted ones, what is derived from them, and what was made elsewhere: of a JWT its claims and its
    /// signature, as its header is everybody's.</summary>
    private static IReadOnlyList<SecretForms> SecretsOf(IEnumerable<string> tokens) =>
    [
        new(CanaryTenant.Canary),
        new(CanaryTenant.DerivedClaims),
        .. tokens.SelectMany(token => token.Split('.')[1..]).Select(part => new SecretForms(part[..32])),
    ];

    private static void AssertNone(
        IEnumerable<(string Name, string Text)> outputs, IReadOnlyList<SecretForms> secrets)
    {
        foreach (var (name, text) in outputs)
        {
            Assert.True(text.Length > 0, $"{name} is empty: the canary test looks at nothing");
            var found = secrets.Select(secret => secret.FindIn(text)).FirstOrDefault(around => around is not null);
            Assert.True(found is null, $"{name} holds a credential: …{found}…");
        }
    }

    private static string UnusableOnes(Uri remote)
    {
        const string Canary = CanaryTenant.Canary;
        return Manifests.Join(
        [
            Of("broken", "ForgeV2", $$"""{ token: "{{Canary}}\u0001\nX-Injected: {{Canary}}" }"""),
            Of("cut", "ForgeContainer", $$"""{ invocationId: "{{Canary}},as=user" }"""),
            Of("lacking", "ForgeV1", $$"""{ tokens: {{Canary}} }"""),
            Of("halved", "ConnectJira", $$"""{ sharedSecret: {{Canary}} }"""),
        ]);

        string Of(string name, string api, string values) => $$"""
            apiVersion: v1
            kind: Secret
            metadata: { name: {{name}}-credential }
            stringData: {{values}}
            ---
            apiVersion: reconciler.io/v1alpha1
            kind: Installation
            metadata: { name: {{name}} }
            spec:
              api: {{api}}
              baseUrl: {{remote.ToString().TrimEnd('/')}}
              credentials: { secretRef: { name: {{name}}-credential } }
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
}
