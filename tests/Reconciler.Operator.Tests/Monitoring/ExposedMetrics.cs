using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Atlassian;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Control;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Intake;
using Reconciler.Operator.Tests.Control;
using Reconciler.TestKit;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>One metric as /metrics shows it.</summary>
public sealed record ExposedMetric(string Name, string Type, string Help)
{
    public SortedDictionary<string, SortedSet<string>> Labels { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Series => Type == "histogram"
        ? [$"{Name}_bucket", $"{Name}_sum", $"{Name}_count"]
        : [Name];
}

/// <summary>
/// Everything that /metrics can show: of an operator that leads and works over real wires, plus what only rare events
/// bring, reported to the same meters by hand.
/// </summary>
public sealed partial class ExposedMetrics : IAsyncLifetime
{
    private readonly Dictionary<string, ExposedMetric> _byName = new(StringComparer.Ordinal);

    public IReadOnlyCollection<ExposedMetric> All =>
        [.. _byName.Values.OrderBy(metric => metric.Name, StringComparer.Ordinal)];

    public string Text { get; private set; } = "";

    /// <summary>The same as it was sent by OTLP at that moment.</summary>
    internal IReadOnlyList<ReceivedMetric> Sent { get; private set; } = [];

    /// <summary>The metric that this series belongs to; null if none does.</summary>
    public ExposedMetric? OfSeries(string series) =>
        _byName.Values.FirstOrDefault(metric => metric.Series.Contains(series, StringComparer.Ordinal));

    public async Task InitializeAsync()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        using var telemetry = new Telemetry(receiver.Address, isGrpc: false, "test", "pod-1");
        using var exporter = new PrometheusExporter();
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.Api.Serve("coordination.k8s.io/v1", "leases", "Lease", hasStatus: false);
        world.Start(elects: true);
        await world.ApplyReadyAsync("one", "two");
        await world.PassAsync();
        using var rare = new RareEvents();

        // A flush gives up after two seconds, and the first one may take as long.
        telemetry.Flush();
        Text = exporter.Render();
        telemetry.Flush();
        Sent = receiver.Metrics;
        foreach (var line in Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Read(line);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private void Read(string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            var (word, name, text) = (heading.Groups["a"].Value, heading.Groups["b"].Value, heading.Groups["c"].Value);
            _byName[name] = word == "HELP" ? new(name, "", text) : _byName[name] with { Type = text };
            return;
        }

        var sample = Sample().Match(line);
        var metric = OfSeries(sample.Groups["a"].Value)
            ?? throw new InvalidOperationException($"a sample without a heading: {line}");
        foreach (Match label in Label().Matches(sample.Groups["b"].Value))
        {
            var (name, value) = (label.Groups["a"].Value, label.Groups["b"].Value);
            (metric.Labels.TryGetValue(name, out var values)
                    ? values
                    : metric.Labels[name] = new(StringComparer.Ordinal))
                .Add(value);
        }
    }

    [GeneratedRegex("^# (?<a>HELP|TYPE) (?<b>[a-z_]+) (?<c>.*)$", RegexOptions.None, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("""^(?<a>[a-z_]+)(?:\{(?<b>.*)\})? \S+$""", RegexOptions.None, 1000)]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<a>[a-z_]+)="(?<b>(?:[^"\\]|\\.)*)",?""", RegexOptions.None, 1000)]
    private static partial Regex Label();

    /// <summary>Reports what a short run does not bring: throttling, lost answers, tokens from Forge.</summary>
    private sealed class RareEvents : IDisposable
    {
        private static readonly InstallationKey Acme = new("team-a", "acme");

        private readonly ManualTimeProvider _time = new();
        private readonly HostMetrics _host = new("test");
        private readonly ControlMetrics _control;
        private readonly IntakeMetrics _intake = new();
        private readonly KubernetesClient _client;
        private readonly DeliveredTokens _tokens;

        public RareEvents()
        {
            _control = new(_time);
            using var request = new HttpRequestMessage(HttpMethod.Get, "https://127.0.0.1:6443/api/v1/namespaces");
            _host.ApiRequestEnded(request, "200", TimeSpan.FromMilliseconds(3));
            _host.Completed(new RemoteCall("GET", "/r", 429, TimeSpan.FromSeconds(1), Throttled: true));
            _host.HeldBack("GET", "/r", TimeSpan.FromSeconds(1));
            LoseAnAnswer();
            _control.LedgerConflicted();
            _intake.Delivered("stored");
            _intake.Refused(RefusalReasons.Expired);
            _intake.KeysFetched(succeeded: true);
            _client = new(
                new HttpMessageInvoker(new SocketsHttpHandler()), new Uri("https://127.0.0.1:1"),
                new ClusterConfig { Origin = "test", Server = new("https://127.0.0.1:1") }.Credential, new(), _time);
            _tokens = new(_client, "reconciler", [], _time, () => 0.5, NullLogger.Instance);
            _intake.Observe(_tokens);
        }

        public void Dispose()
        {
            _control.Dispose();
            _intake.Dispose();
            _host.Dispose();
            _tokens.Dispose();
            _client.Dispose();
        }

        private void LoseAnAnswer()
        {
            var owner = new ModuleOwner("uid-1", "team-a", "one");
            var open = new Ledger(Acme, RemoteApi.ForgeV2).Announce(
                [new("attempt-1", owner, ModuleContent.Parse("macro", "{}"), null, DeletionPolicy.Delete)], [],
                _time.GetUtcNow());
            Report(open);
            var attempt = open.OpenAttempts()[0];
            Report(open.Bury(attempt, AttemptVerdict.Absent, _time.GetUtcNow()).Remove(owner.Uid));
        }

        private void Report(Ledger ledger) => _control.PassReported(
            new Installation(Acme),
            new PassResult(
                new PassOutcome.Settled(), [], null, ledger, new(Progress.Ready, Reasons.Synced, ""),
                new(1, 0, 0, 0, 0, 0)),
            _time.GetUtcNow().AddHours(1), _time.GetUtcNow());
    }
}
