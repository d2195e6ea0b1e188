using System.Diagnostics.Metrics;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Status;
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

    public void Dispose()
    {
        _meter.Dispose();
        _exporter.Dispose();
    }

    private void Pass(string name, string reason = Reasons.Synced) => _gauges.Set(
        new Installation(new("team-g", name)),
        new PassResult(
            new PassOutcome.Settled(), [], null, null, new(Progress.Ready, reason, ""), new(0, 0, 0, 0, 0, 0)),
        null, DateTimeOffset.UnixEpoch);

    private string[] Listed() =>
    [
        .. Lines()
            .Where(line => line.StartsWith(
                "reconciler_installation_ready{namespace=\"team-g\"", StringComparison.Ordinal))
            .Select(line => line.Split('"')[3]).Order(StringComparer.Ordinal),
    ];

    private string[] Lines() => _exporter.Render().Split('\n');
}
