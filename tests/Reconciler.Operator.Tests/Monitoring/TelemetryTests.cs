using System.Diagnostics;
using Reconciler.Emulator;
using Reconciler.Operator.Hosting;
using Reconciler.Operator.Tests.Control;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>Traces and metrics by OTLP, as a collector receives them.</summary>
[Collection(MonitoringCollection.Name)]
public sealed class TelemetryTests(ExposedMetrics exposed)
{
    [Fact]
    public async Task A_trace_leads_from_the_edit_through_queue_and_pass_to_the_call_of_the_remote()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var world = await OperatorWorld.StartAsync())
        {
            using var telemetry = Warm(new Telemetry(receiver.Address, isGrpc: false, "1.2.3", "pod-1"));
            await world.ApplyReadyAsync("one");

            // At rest: no pass of the first one may take the second one in.
            await world.PassAsync();
            world.ApplyModule("two");
            await world.UntilReadyAsync("two");
            await world.PassAsync();
            telemetry.Flush();
        }

        var spans = receiver.Spans;
        var byId = spans.ToDictionary(span => span.SpanId, StringComparer.Ordinal);
        var create = spans.Last(span => span.Name.StartsWith("POST /", StringComparison.Ordinal));
        Assert.Equal("Reconciler.Atlassian", create.Scope);
        Assert.Equal("201", create.Tags["http.response.status_code"]);
        var pass = byId[create.ParentId];
        Assert.Equal(
            ("pass", "acme", "Reconciler.Control"), (pass.Name, pass.Tags["reconciler.installation"], pass.Scope));
        var wait = byId[pass.ParentId];
        Assert.Equal("queue wait", wait.Name);
        var edit = byId[wait.ParentId];
        Assert.StartsWith("watch ", edit.Name, StringComparison.Ordinal);
        Assert.Equal("", edit.ParentId);
        Assert.Single(new[] { create, pass, wait, edit }.Select(span => span.TraceId).Distinct());
    }

    [Fact]
    public async Task Echoes_of_our_own_writes_start_no_trace_and_nothing_sent_holds_the_credential()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var world = await OperatorWorld.StartAsync())
        {
            using var telemetry = Warm(new Telemetry(receiver.Address, isGrpc: false, "1.2.3", "pod-1"));
            await world.ApplyReadyAsync("one", "two");
            await world.PassAsync();
            telemetry.Flush();
        }

        var parents = receiver.Spans.Select(span => span.ParentId).ToHashSet(StringComparer.Ordinal);
        Assert.All(
            receiver.Spans.Where(span => span.Name.StartsWith("watch ", StringComparison.Ordinal)),
            edit => Assert.Contains(edit.SpanId, parents));
        Assert.DoesNotContain(EmulatorOptions.DefaultToken, receiver.Text, StringComparison.Ordinal);
    }

    // No difference is allowed: where one is wanted some day, it is named and explained here.
    [Fact]
    public void Metrics_are_the_same_as_for_Prometheus()
    {
        var sent = exposed.Sent.GroupBy(metric => (metric.Type, metric.Name)).Select(family => Line(
            family.Key.Type, family.Key.Name, family.SelectMany(metric => metric.Labels)));

        // The bounds of a histogram are labels in Prometheus' text alone.
        var scraped = exposed.All.Select(metric => Line(
            metric.Type, metric.Name, metric.Labels.Keys.Where(label => label != "le")));
        Assert.Equal(scraped.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));

        static string Line(string type, string name, IEnumerable<string> labels) =>
            $"{name} {type} {string.Join(' ', labels.Distinct().Order(StringComparer.Ordinal))}";
    }

    [Fact]
    public async Task Metrics_go_to_their_path_and_tell_the_version()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var world = await OperatorWorld.StartAsync())
        {
            using var telemetry = Warm(new Telemetry(receiver.Address, isGrpc: false, "1.2.3", "pod-1"));
            await world.ApplyReadyAsync("one");
            telemetry.Flush();
        }

        Assert.Contains("/v1/metrics", receiver.Paths);
        Assert.Contains(receiver.Metrics, metric => metric.Name == "controller_runtime_reconcile_total");
        Assert.Contains("1.2.3", receiver.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_speaks_gRPC_gets_the_same_traces_and_metrics()
    {
        await using var receiver = await OtlpReceiver.StartAsync(isGrpc: true);
        await using (var world = await OperatorWorld.StartAsync())
        {
            using var telemetry = Warm(new Telemetry(receiver.Address, isGrpc: true, "1.2.3", "pod-1"));
            await world.ApplyReadyAsync("one");
            await world.PassAsync();
            telemetry.Flush();
        }

        Assert.Equal([OtlpReceiver.GrpcMetrics, OtlpReceiver.GrpcTraces], receiver.Paths.Distinct().Order());
        var byId = receiver.Spans.ToDictionary(span => span.SpanId, StringComparer.Ordinal);
        var create = byId.Values.Last(span => span.Name.StartsWith("POST /", StringComparison.Ordinal));
        Assert.Equal("pass", byId[create.ParentId].Name);
        Assert.Contains("reconciler_quota_used", receiver.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(EmulatorOptions.DefaultToken, receiver.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_endpoint_no_span_is_ever_made()
    {
        var made = 0;
        await using var world = await OperatorWorld.StartAsync();
        using var listener = new ActivityListener
        {
            // Asked for every span there would be; it wants none.
            ShouldListenTo = source => source.Name.StartsWith("Reconciler.", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.None,
            ActivityStarted = _ => Interlocked.Increment(ref made),
        };
        ActivitySource.AddActivityListener(listener);

        await world.ApplyReadyAsync("one");

        Assert.Equal(0, made);
        Assert.Null(Activity.Current);
    }

    // A flush gives up after two seconds, and on a slow machine the first one may take as long: this is not the one
    // that counts.
    private static Telemetry Warm(Telemetry telemetry)
    {
        telemetry.Flush();
        return telemetry;
    }
}
