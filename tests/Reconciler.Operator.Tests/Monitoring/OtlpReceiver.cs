using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>One span as it was received.</summary>
internal sealed record ReceivedSpan(
    string Scope, string Name, string TraceId, string SpanId, string ParentId,
    IReadOnlyDictionary<string, string> Tags);

/// <summary>One metric as it was received, in the words of /metrics.</summary>
internal sealed record ReceivedMetric(string Name, string Type, IReadOnlyList<string> Labels);

/// <summary>Takes what OTLP sends on a free loopback port: over HTTP/1.1, or over gRPC,
/// which is HTTP/2 alone.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    public const string GrpcTraces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    public const string GrpcMetrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    // gRPC's length-prefixed message: one byte that tells compression, four of length.
    private const int FrameHead = 5;

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private OtlpReceiver(bool isGrpc)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0,
            endpoint => endpoint.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        _app = builder.Build();
        _app.Run(context => isGrpc ? TakeGrpcAsync(context) : TakeAsync(context));
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Everything that was sent, as text.</summary>
    public string Text => string.Concat(_received.Select(sent => System.Text.Encoding.Latin1.GetString(sent.Body)));

    public IReadOnlyList<string> Paths => [.. _received.Select(sent => sent.Path)];

    /// <summary>Fields by number: ExportTraceServiceRequest 1 → ResourceSpans 2 → ScopeSpans 1 (scope),
    /// 2 (spans).</summary>
    public IReadOnlyList<ReceivedSpan> Spans =>
    [
        .. _received.Where(sent => sent.Path is "/v1/traces" or GrpcTraces)
            .SelectMany(sent => ProtoMessage.Parse(sent.Body).All(1))
            .SelectMany(resource => resource.All(2))
            .SelectMany(scope => scope.All(2).Select(span => Read(scope.All(1).Single().Text(1), span))),
    ];

    /// <summary>Fields by number: ExportMetricsServiceRequest 1 → ResourceMetrics 2 → ScopeMetrics 2 (metrics). Each
    /// name comes as often as it was sent.</summary>
    public IReadOnlyList<ReceivedMetric> Metrics =>
    [
        .. _received.Where(sent => sent.Path is "/v1/metrics" or GrpcMetrics)
            .SelectMany(sent => ProtoMessage.Parse(sent.Body).All(1))
            .SelectMany(resource => resource.All(2))
            .SelectMany(scope => scope.All(2)).Select(ReadMetric),
    ];

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc = false)
    {
        var receiver = new OtlpReceiver(isGrpc);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        _received.Enqueue((context.Request.Path.Value!, await BodyAsync(context)));
        context.Response.ContentType = "application/x-protobuf";
    }

    // One message each way, none compressed; the status comes after the body.
    private async Task TakeGrpcAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        Assert.Equal("application/grpc", context.Request.ContentType);
        Assert.Equal("trailers", context.Request.Headers.TE);
        Assert.Equal((0, body.Length - FrameHead), (body[0], BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1))));
        _received.Enqueue((context.Request.Path.Value!, body[FrameHead..]));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[FrameHead]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    // Span: 1 trace id, 2 span id, 4 parent, 5 name, 9 attributes; KeyValue: 1 key, 2 value (1 text, 3 number).
    private static ReceivedSpan Read(string scope, ProtoMessage span) => new(
        scope, span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4),
        span.All(9).ToDictionary(
            tag => tag.Text(1),
            tag => tag.All(2).Single() is var value && value.Text(1) is { Length: > 0 } text ? text : value.Number(3),
            StringComparer.Ordinal));

    // Metric: 1 name, 5 gauge, 7 sum (3 is monotonic), 9 histogram, each with 1 points; a point's attributes are its
    // field 7, or 9 in a histogram; KeyValue: 1 key.
    private static ReceivedMetric ReadMetric(ProtoMessage metric)
    {
        var (histogram, sum) = (metric.All(9).SingleOrDefault(), metric.All(7).SingleOrDefault());
        var points = (histogram ?? sum ?? metric.All(5).Single()).All(1);
        return new(
            metric.Text(1), histogram is not null ? "histogram" : sum?.Number(3) == "1" ? "counter" : "gauge",
            [.. points.SelectMany(point => point.All(histogram is null ? 7 : 9)).Select(tag => tag.Text(1))]);
    }
}
