using System.Diagnostics.Metrics;
using Reconciler.Operator.Hosting;

namespace Reconciler.Operator.Tests.Hosting;

public sealed class PrometheusExporterTests
{
    [Fact]
    public void Counters_add_gauges_replace_and_histograms_fill_buckets()
    {
        using var exporter = new PrometheusExporter();
        using var meter = new Meter("Reconciler.Test.A");
        var counter = meter.CreateCounter<long>("test_a_total", null, "Things.");
        var histogram = meter.CreateHistogram<double>("test_a_seconds", null, "Time.");
        meter.CreateObservableGauge("test_a_depth", () => 7, null, "Depth.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a\"b\\c\nd"));
        histogram.Record(0.02);
        histogram.Record(1000);

        var lines = exporter.Render().Split('\n');

        Assert.Contains("# TYPE test_a_total counter", lines);
        Assert.Contains("# HELP test_a_total Things.", lines);
        Assert.Contains("""test_a_total{kind="a\"b\\c\nd"} 5""", lines);
        Assert.Contains("# TYPE test_a_depth gauge", lines);
        Assert.Contains("test_a_depth 7", lines);
        Assert.Contains("""test_a_seconds_bucket{le="0.01"} 0""", lines);
        Assert.Contains("""test_a_seconds_bucket{le="0.025"} 1""", lines);
        Assert.Contains("""test_a_seconds_bucket{le="+Inf"} 2""", lines);
        Assert.Contains("test_a_seconds_count 2", lines);
    }

    [Fact]
    public void A_series_that_is_reported_no_more_disappears()
    {
        using var exporter = new PrometheusExporter();
        using var meter = new Meter("Reconciler.Test.B");
        string[] names = ["x", "y"];
        meter.CreateObservableGauge(
            "test_b",
            () => names.Select(name => new Measurement<int>(1, new KeyValuePair<string, object?>("name", name))));
        Assert.Contains("test_b{name=\"y\"}", exporter.Render(), StringComparison.Ordinal);

        names = ["x"];

        Assert.DoesNotContain("test_b{name=\"y\"}", exporter.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_meter_that_goes_during_a_scrape_does_not_spoil_it()
    {
        using var exporter = new PrometheusExporter();
        var over = false;
        var coming = new Thread(() =>
        {
            while (!Volatile.Read(ref over))
            {
                using var meter = new Meter("Reconciler.Test.C");
                for (var i = 0; i < 10; i++)
                {
                    meter.CreateObservableGauge($"test_c_{i}", () => 1);
                }
            }
        });
        coming.Start();
        try
        {
            for (var scrape = 0; scrape < 2000; scrape++)
            {
                exporter.Render();
            }
        }
        finally
        {
            Volatile.Write(ref over, true);
            coming.Join();
        }
    }

    [Fact]
    public void Instruments_of_others_are_not_ours_to_show()
    {
        using var exporter = new PrometheusExporter();
        using var meter = new Meter("Somebody.Else");
        meter.CreateCounter<long>("foreign_total").Add(1);

        Assert.DoesNotContain("foreign_total", exporter.Render(), StringComparison.Ordinal);
    }
}
