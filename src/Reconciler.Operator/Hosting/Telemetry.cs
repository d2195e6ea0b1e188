using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// Sends traces and metrics by OTLP: the same meters as /metrics, and the spans of all layers (watch event → queue wait
/// → pass → calls to the remote and to the API server). Made only where an endpoint was given; without it no listener
/// exists, so spans are never made. The further OTEL_ variables (sampler, headers, interval) are the SDK's own.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private const string Sources = "Reconciler.*";
    private const int FlushMaxMs = 2000;

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    /// <param name="endpoint">Without the path of a signal:
    /// <c>/v1/traces</c> and <c>/v1/metrics</c> are appended.</param>
    /// <param name="isGrpc">Else HTTP with protobuf.</param>
    public Telemetry(Uri endpoint, bool isGrpc, string version, string instance)
    {
        var resource = ResourceBuilder.CreateDefault()
            .AddService("reconciler", serviceVersion: version, serviceInstanceId: instance);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Sources)
            .AddOtlpExporter(options => Set(options, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Sources)
            .AddView(instrument => instrument is Histogram<double>
                ? new ExplicitBucketHistogramConfiguration { Boundaries = MetricFamily.Bounds }
                : null)
            .AddOtlpExporter(options => Set(options, "v1/metrics"))
            .Build();

        void Set(OtlpExporterOptions options, string path)
        {
            options.Protocol = isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = isGrpc ? endpoint : new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
        }
    }

    /// <summary>Sends what is gathered now.</summary>
    public void Flush()
    {
        _traces.ForceFlush(FlushMaxMs);
        _metrics.ForceFlush(FlushMaxMs);
    }

    /// <summary>Sends what is left, for two seconds at most each, and stops.</summary>
    public void Dispose()
    {
        _traces.Shutdown(FlushMaxMs);
        _metrics.Shutdown(FlushMaxMs);
        _traces.Dispose();
        _metrics.Dispose();
    }
}
