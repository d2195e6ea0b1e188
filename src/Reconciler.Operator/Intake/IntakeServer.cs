using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Operator.Serving;

namespace Reconciler.Operator.Intake;

/// <summary>
/// The endpoint that a Forge app's remote points at. Whatever a caller does, it holds a connection for seconds and a
/// few kilobytes: connections, headers, body and time are bounded here, before the endpoint sees anything.
/// </summary>
internal sealed class IntakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private IntakeServer(WebApplication app, IPEndPoint address)
    {
        _app = app;
        Address = address;
    }

    public IPEndPoint Address { get; }

    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<IntakeServer> StartAsync(
        IntakeOptions options, IntakeEndpoint endpoint, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        // Empty: no configuration file or variable of the environment can open another port.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers).AddSingleton<IHostLifetime, QuietLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Bind, listen => listen.Protocols = HttpProtocols.Http1);
            Bound(kestrel.Limits, options);
        });
        var app = builder.Build();
        try
        {
            if (!options.TrustedProxies.IsEmpty)
            {
                app.UseForwardedHeaders(Forwarding(options));
            }

            app.Run(endpoint.HandleAsync);
            await app.StartAsync(cancellationToken);
            return new(app, BoundAddresses.Of(app).Single());
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    // The caller is the rightmost address that is no trusted proxy: what stands left of it, anybody may have written.
    private static ForwardedHeadersOptions Forwarding(IntakeOptions options)
    {
        var forwarding = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor,
            ForwardLimit = null,
        };
        forwarding.KnownProxies.Clear();
        forwarding.KnownIPNetworks.Clear();
        foreach (var network in options.TrustedProxies)
        {
            forwarding.KnownIPNetworks.Add(network);
        }

        return forwarding;
    }

    private static void Bound(KestrelServerLimits limits, IntakeOptions options)
    {
        limits.MaxConcurrentConnections = options.Rates.Connections;
        limits.MaxRequestBodySize = 1024 * 1024;
        limits.MaxRequestHeadersTotalSize = 40 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxRequestBufferSize = 64 * 1024;
        limits.MaxResponseBufferSize = 16 * 1024;
        limits.RequestHeadersTimeout = options.RequestTimeout;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        limits.MinRequestBodyDataRate = new MinDataRate(1024, TimeSpan.FromSeconds(2));
        limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
    }
}
