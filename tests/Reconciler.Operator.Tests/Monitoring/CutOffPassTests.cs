using Reconciler.Emulator.Faults;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>What /metrics says of a pass that takes longer than it may. The exporter hears every meter of the
/// process.</summary>
[Collection(MonitoringCollection.Name)]
public sealed class CutOffPassTests
{
    private const string Timeouts = "controller_runtime_reconcile_timeouts_total{controller=\"installation\"}";
    private const string Errors = "controller_runtime_reconcile_errors_total{controller=\"installation\"}";
    private const string Panics = "controller_runtime_reconcile_panics_total{controller=\"installation\"}";

    [Fact]
    public async Task A_pass_that_is_cut_off_counts_as_a_timeout_and_an_error_and_the_next_one_goes_on()
    {
        using var exporter = new PrometheusExporter();
        await using var world = await OperatorWorld.StartAsync(started: false);
        world.PassDeadline = TimeSpan.FromSeconds(3);
        world.Remote.AddFault(new FaultRule { Kind = FaultKind.Hang, Verb = "GET", Count = 1 });
        world.ApplySecret();

        world.Start();
        Assert.Contains($"{Timeouts} 0\n", exporter.Render(), StringComparison.Ordinal);
        world.ApplyInstallation();
        await world.UntilInstallationReasonAsync("Synced");

        // A busy machine may have cut off more than the one that hung.
        Assert.InRange(ValueOf(exporter, Timeouts), 1, int.MaxValue);
        Assert.InRange(ValueOf(exporter, Errors), 1, int.MaxValue);
        Assert.Equal(0, ValueOf(exporter, Panics));
    }

    private static int ValueOf(PrometheusExporter exporter, string series) => int.Parse(
        exporter.Render().Split('\n').Single(line => line.StartsWith(series, StringComparison.Ordinal)).Split(' ')[^1],
        System.Globalization.CultureInfo.InvariantCulture);
}
