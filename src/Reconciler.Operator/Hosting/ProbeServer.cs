using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Operator.Serving;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// Serves <c>/healthz</c>, <c>/livez</c> and <c>/readyz</c> on one address and <c>/metrics</c>, with <c>/debug</c>
/// where it was asked for, on another. Answers are short text; a failing probe says what is wrong, one line per check.
/// No path leads to anything else.
/// </summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProbeServer(WebApplication app, IPEndPoint metrics, IPEndPoint health)
    {
        _app = app;
        Metrics = metrics;
        Health = health;
    }

    public IPEndPoint Metrics { get; }

    public IPEndPoint Health { get; }

    /// <exception cref="IOException">An address cannot be bound.</exception>
    public static async Task<ProbeServer> StartAsync(
        OperatorOptions options, HealthChecks health, PrometheusExporter metrics, ILoggerFactory loggers,
        CancellationToken cancellationToken, DebugPage? debug = null)
    {
        // Empty: no configuration file or variable of the environment can open another port.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers).AddSingleton<IHostLifetime, QuietLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Bound(kestrel.Limits);
            kestrel.Listen(options.MetricsBind.Address, options.MetricsBind.Port);
            if (!options.HealthBind.Equals(options.MetricsBind) || options.HealthBind.Port == 0)
            {
                kestrel.Listen(options.HealthBind.Address, options.HealthBind.Port);
            }
        });
        var app = builder.Build();
        try
        {
            app.Run(context => AnswerAsync(context, app, health, metrics, debug));
            await app.StartAsync(cancellationToken);
            var bound = BoundAddresses.Of(app);
            return new(app, bound[0], bound[^1]);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    // Every pod may connect to the probes, and whoever only holds connections open should not get the operator
    // restarted. That makes it costly, not impossible: who connects hundreds of times a second is the network's to
    // stop.
    private static void Bound(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = 0;
        limits.MaxConcurrentConnections = 1000;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(10);
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestLineSize = 4 * 1024;
    }

    private static Task AnswerAsync(
        HttpContext context, WebApplication app, HealthChecks health, PrometheusExporter metrics, DebugPage? debug)
    {
        var bound = BoundAddresses.Of(app);
        var port = context.Connection.LocalPort;
        var path = context.Request.Path.Value;
        if (path == "/metrics" && port == bound[0].Port)
        {
            return WriteAsync(context, StatusCodes.Status200OK, metrics.Render(), PrometheusExporter.ContentType);
        }

        if (path == "/debug" && port == bound[0].Port && debug is not null)
        {
            return WriteAsync(context, debug);
        }

        var report = port != bound[^1].Port ? null : path switch
        {
            "/healthz" or "/livez" => health.Liveness(),
            "/readyz" => health.Readiness(),
            _ => null,
        };
        // A probe comes on a connection of its own: none is worth keeping, and none can be kept.
        context.Response.Headers.Connection = "close";
        return report is null
            ? WriteAsync(context, StatusCodes.Status404NotFound, "not found\n")
            : WriteAsync(
                context,
                report.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
                report.Text);
    }

    private static async Task WriteAsync(HttpContext context, DebugPage debug)
    {
        if (debug.WriteAsync(context.RequestAborted) is not { } writing)
        {
            await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "starting\n");
            return;
        }

        var body = await writing;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Task WriteAsync(
        HttpContext context, int status, string text, string contentType = "text/plain; charset=utf-8")
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
