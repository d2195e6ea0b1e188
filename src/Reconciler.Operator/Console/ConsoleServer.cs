using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Operator.Serving;

namespace Reconciler.Operator.Console;

/// <summary>Serves the console on an address of its own. It only reads:
/// no request of any kind changes anything.</summary>
internal sealed class ConsoleServer : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end;

    private ConsoleServer(WebApplication app, TimeProvider time, CancellationTokenSource end)
    {
        (_app, _time, _end) = (app, time, end);
        Address = BoundAddresses.Of(app).Single();
    }

    public IPEndPoint Address { get; }

    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<ConsoleServer> StartAsync(
        ConsoleOptions options, ConsoleSource source, ConsoleFeed feed, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellationToken)
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
        var end = new CancellationTokenSource();
        var app = builder.Build();
        try
        {
            var stream = new EventStream(feed, options, time, end.Token);
            app.Run(new ConsoleEndpoints(source, stream, new HostGuard(options)).HandleAsync);
            await app.StartAsync(cancellationToken);
            return new(app, time, end);
        }
        catch
        {
            await app.DisposeAsync();
            end.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Streams have no end of their own and would hold the server up.
        _end.Cancel();
        using (var late = new CancellationTokenSource(Farewell, _time))
        {
            await _app.StopAsync(late.Token);
        }

        await _app.DisposeAsync();
        _end.Dispose();
    }

    private static void Bound(KestrelServerLimits limits, ConsoleOptions options)
    {
        limits.MaxConcurrentConnections = options.ListenersMax + 48;
        limits.MaxRequestBodySize = 0;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
    }
}
