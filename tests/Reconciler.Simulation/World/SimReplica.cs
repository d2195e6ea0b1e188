using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Hosting;
using Reconciler.Simulation.Kernel;

namespace Reconciler.Simulation.World;

/// <summary>One operator process: the production composition over simulated wires and clock.</summary>
internal sealed class SimReplica : IDisposable
{
    private static readonly Uri ApiServer = new("https://api.simulated");

    private readonly SimWorld _world;
    private readonly string _name;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IDisposable> _parts = [];

    private SimReplica(SimWorld world, string name)
    {
        _world = world;
        _name = name;
        Process = new SimProcess(world.Kernel, name);
        Clock = new SimClock(Process);
    }

    public string Name => _name;

    public SimProcess Process { get; }

    public SimClock Clock { get; }

    public static SimReplica Start(SimWorld world, string name)
    {
        var replica = new SimReplica(world, name);
        replica.Process.Start(replica.RunAsync, failure => world.Violations.Add("LIVE", $"{name} died: {failure}"));
        return replica;
    }

    /// <summary>SIGTERM.</summary>
    public void Stop() => Process.Post(_ => _stop.Cancel(), null);

    /// <summary>At the end of the run, crashed or not: what the runtime holds on to by name (meters) would keep every
    /// world of a long run in memory.</summary>
    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var random = _world.Kernel.Random.Fork();
        var config = new ClusterConfig { Origin = "simulated", Server = ApiServer, Namespace = "reconciler" };
        var client = new KubernetesClient(
            new HttpMessageInvoker(_world.Sabotage.ApiWire(_world.ApiTransport(Process))), ApiServer,
            AnonymousCredential.Instance,
            new KubernetesClientOptions(), Clock);
        var metrics = new HostMetrics("simulation");
        var surroundings = new Surroundings(
            new HttpMessageInvoker(_world.Sabotage.Wire(_world.RemoteTransport(Process))), random.NextDouble,
            () => $"{_name}-{random.NextUInt64():x16}")
        {
            Pass = _world.Sabotage.Pass,
        };
        var composition = new OperatorComposition(
            new OperatorOptions { LeaderElect = true, Concurrency = 2, LeaseDuration = _world.Knobs.Lease },
            config, client, _name, metrics, surroundings, Clock,
            NullLoggerFactory.Instance);
        _parts.AddRange([composition, metrics, client]);
        await Task.WhenAll(
            composition.WatchAsync(_stop.Token), composition.RecordEventsAsync(_stop.Token),
            composition.LeadAsync(_stop.Token));
    }
}
