using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Reconciler.Operator.Tests.Monitoring;

/// <summary>One span as it was received.</summary>
internal sealed record ReceivedSpan(
    string Scope, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Tags);

/// <summary>Takes what OTLP over HTTP sends, on a free loopback port.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Everything that was sent, as text.</summary>
    public string Text => string.Concat(_received.Select(sent => System.Text.Encoding.Latin1.GetString(sent.Body)));

    public IReadOnlyList<string> Paths => [.. _received.Select(sent => sent.Path)];

    /// <summary>Fields by number: ExportTraceServiceRequest 1 → ResourceSpans 2 → ScopeSpans 1 (scope), 2 (spans).</summary>
    public IReadOnlyList<ReceivedSpan> Spans =>
    [
        .. _received.Where(sent => sent.Path == "/v1/traces").SelectMany(sent => ProtoMessage.Parse(sent.Body).All(1))
            .SelectMany(resource => resource.All(2))
            .SelectMany(scope => scope.All(2).Select(span => Read(scope.All(1).Single().Text(1), span))),
    ];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // Span: 1 trace id, 2 span id, 4 parent, 5 name, 9 attributes; KeyValue: 1 key, 2 value (1 text, 3 number).
    private static ReceivedSpan Read(string scope, ProtoMessage span) => new(
        scope, span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4),
        span.All(9).ToDictionary(
            tag => tag.Text(1),
            tag => tag.All(2).Single() is var value && value.Text(1) is { Length: > 0 } text ? text : value.Number(3),
            StringComparer.Ordinal));
}
