using System.Net;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Console;

namespace Reconciler.Operator.Hosting;

/// <summary>The console of one operator: its server and the loop that keeps open pages up to date.</summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    private readonly ConsoleServer _server;
    private readonly ConsoleFeed _feed;

    private ConsoleHost(ConsoleServer server, ConsoleFeed feed) => (_server, _feed) = (server, feed);

    public IPEndPoint Address => _server.Address;

    public ConsoleFeed Feed => _feed;

    /// <summary>Before the caches are filled: it looks on from the first list. Null when no console was asked
    /// for.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<ConsoleHost?> StartAsync(
        OperatorOptions options, OperatorComposition composition, KubernetesClient client, ConsoleProcess process,
        TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (options.Console is not { } asked)
        {
            return null;
        }

        var log = loggers.CreateLogger("Console");
        var source = new ConsoleSource(
            composition.Cluster, composition.Passes, new LedgerReader(client), () => composition.IsLeading, process);
        var feed = new ConsoleFeed(source, asked, time, log);
        feed.Attach(composition.Cluster, composition.Passes);
        var server = await ConsoleServer.StartAsync(asked, source, feed, time, loggers, cancellationToken);
        log.ServingConsole(server.Address.ToString());
        if (!IPAddress.IsLoopback(asked.Bind.Address))
        {
            log.ConsoleIsOpen(server.Address.ToString());
        }

        return new(server, feed);
    }

    public void AddTo(LoopSet loops) => loops.Start("console", _feed.RunAsync);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
