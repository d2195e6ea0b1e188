using System.Globalization;
using Reconciler.Core.Status;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Tests.Control;
using Reconciler.TestKit.Processes;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>An operator and who scrapes it. The exporter hears every meter of the process.</summary>
internal sealed class StaleSyncStage(OperatorWorld world) : IAsyncDisposable
{
    private const string LastSync = "reconciler_last_sync_timestamp_seconds";

    private static readonly HashSet<string> Asked =
    [
        .. new PromQuery(
            MonitoringFiles.ReadAlerts().Single(alert => alert.Name == AlertNames.SyncStale).Expression)
            .Selectors.Select(selector => selector.Series),
    ];

    private readonly PrometheusExporter _exporter = new();
    private readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();

    public OperatorWorld World => world;

    public long LastSyncShown() => long.Parse(
        Shown().Single(line => line.StartsWith(LastSync, StringComparison.Ordinal)).Split(' ')[^1],
        CultureInfo.InvariantCulture);

    /// <summary>What is shown now stays so until <paramref name="at"/>.</summary>
    public async Task AssertAsync(string at, bool fires)
    {
        Assert.InRange(
            LastSyncShown(), _began.ToUnixTimeSeconds(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var file = Path.Combine(RunDirectory.Create("stale-sync"), "rules.test.yaml");
        await File.WriteAllTextAsync(file, PromtoolTest(at, fires));
        (await Command.RunAsync(await TestPrograms.PromtoolAsync(), ["test", "rules", file])).Required();
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        _exporter.Dispose();
    }

    /// <summary>The series of the installation that the alert asks for.</summary>
    private IEnumerable<string> Shown() => _exporter.Render().Split('\n').Where(line =>
        Asked.Contains(line.Split('{')[0]) && line.Contains("installation=\"acme\"", StringComparison.Ordinal));

    private string PromtoolTest(string at, bool fires)
    {
        var series = Shown().Select(line => $"""
                  - series: '{line[..line.LastIndexOf(' ')]}'
                    values: '{ValueIn(line)}x500'
            """);
        var alert = $"ALERTS{{alertname=\"{AlertNames.SyncStale}\", alertstate=\"firing\"}}";
        return $$"""
            rule_files: [{{MonitoringFiles.Alerts}}]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
            {{string.Join('\n', series)}}
                promql_expr_test:
                  - expr: 'count({{alert}}) or vector(0)'
                    eval_time: {{at}}
                    exp_samples:
                      - labels: '{}'
                        value: {{(fires ? 1 : 0)}}

            """;
    }

    // promtool's clock begins at 0, and so does the age of the last sync.
    private static string ValueIn(string line) =>
        line.StartsWith(LastSync, StringComparison.Ordinal) ? "0" : line[(line.LastIndexOf(' ') + 1)..];
}
