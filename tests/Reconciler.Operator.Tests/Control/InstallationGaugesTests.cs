using System.Diagnostics.Metrics;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Control;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Tests.Control;

public sealed class InstallationGaugesTests : IDisposable
{
    private readonly Meter _meter = new("Reconciler.GaugesTest");
    private readonly PrometheusExporter _exporter = new();
    private readonly InstallationGauges _gauges = new(seriesMax: 2);

    public InstallationGaugesTests() => _gauges.Register(_meter);

    [Fact]
    public void Only_so_many_installations_have_series_and_all_are_counted()
    {
        string[] names = ["gauge-a", "gauge-b", "gauge-c"];
        foreach (var name in names)
        {
            Pass(name);
        }

        Assert.Equal(["gauge-a", "gauge-b"], Listed());
        Assert.Equal(1, _gauges.Unlisted);

        _gauges.Remove(new("team-g", "gauge-a"));
        Pass("gauge-c");

        Assert.Equal(["gauge-b", "gauge-c"], Listed());
        Assert.Equal(0, _gauges.Unlisted);
    }

    [Fact]
    public void A_reason_that_is_over_leaves_no_series()
    {
        Pass("gauge-a", Reasons.AuthorizationFailed);
        Pass("gauge-a");

        Assert.DoesNotContain(Lines(), line => line.Contains("gauge-a", StringComparison.Ordinal)
            && line.Contains(Reasons.AuthorizationFailed, StringComparison.Ordinal));
    }

    [Fact]
    public void An_installation_that_never_synced_has_a_last_sync_from_its_first_pass_on()
    {
        Begin("gauge-a", at: 1000);
        Assert.Equal("1000", ValueOf("reconciler_last_sync_timestamp_seconds", "gauge-a"));

        // Passes that see nothing do not move it, and those that begin do not either.
        Pass("gauge-a", Reasons.AwaitingToken, at: 2000, sees: false);
        Begin("gauge-a", at: 3000);
        Assert.Equal("1000", ValueOf("reconciler_last_sync_timestamp_seconds", "gauge-a"));

        Pass("gauge-a", at: 4000);
        Begin("gauge-a", at: 5000);
        Assert.Equal("4000", ValueOf("reconciler_last_sync_timestamp_seconds", "gauge-a"));
    }

    [Fact]
    public void A_term_that_ended_leaves_the_next_to_say_since_when_nothing_was_seen()
    {
        Pass("gauge-a", at: 1000);
        _gauges.Clear();
        Assert.Null(ValueOf("reconciler_last_sync_timestamp_seconds", "gauge-a"));

        Begin("gauge-a", at: 1500);
        Assert.Equal("1500", ValueOf("reconciler_last_sync_timestamp_seconds", "gauge-a"));
    }

    [Fact]
    public void The_interval_is_the_one_of_the_pass_that_began_last()
    {
        Begin("gauge-a", interval: 300);
        Begin("gauge-a", interval: 7200);
        Pass("gauge-a");

        Assert.Equal("7200", ValueOf("reconciler_installation_interval_seconds", "gauge-a"));
    }

    public void Dispose()
    {
        _meter.Dispose();
        _exporter.Dispose();
    }

    private void Begin(string name, long at = 0, int interval = 300) => _gauges.Begin(
        new("team-g", name), TimeSpan.FromSeconds(interval), DateTimeOffset.FromUnixTimeSeconds(at));

    private void Pass(string name, string reason = Reasons.Synced, long at = 0, bool sees = true) => _gauges.Set(
        new Installation(new("team-g", name)),
        new PassResult(
            new PassOutcome.Settled(), [], null, null, new(Progress.Ready, reason, ""),
            sees ? new(0, 0, 0, 0, 0, 0) : null),
        null, DateTimeOffset.FromUnixTimeSeconds(at));

    private string? ValueOf(string metric, string name) => Lines()
        .FirstOrDefault(line => line.StartsWith(
            $"{metric}{{namespace=\"team-g\",installation=\"{name}\"}} ", StringComparison.Ordinal))
        ?.Split(' ')[^1];

    private string[] Listed() =>
    [
        .. Lines()
            .Where(line => line.StartsWith(
                "reconciler_installation_ready{namespace=\"team-g\"", StringComparison.Ordinal))
            .Select(line => line.Split('"')[3]).Order(StringComparer.Ordinal),
    ];

    private string[] Lines() => _exporter.Render().Split('\n');
}
