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

    public bool IsStopping { get; private set; }

    public static SimReplica Start(SimWorld world, string name)
    {
        var replica = new SimReplica(world, name);
        replica.Process.Start(replica.RunAsync, failure => world.Violations.Add("LIVE", $"{name} died: {failure}"));
        return replica;
    }

    /// <summary>SIGTERM.</summary>
    public void Stop()
    {
        _world.Kernel.Log(_name, "is asked to stop");
        IsStopping = true;
        Process.Post(_ => _stop.Cancel(), null);
    }

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
            new OperatorOptions
            {
                LeaderElect = true, Concurrency = 2, LeaseDuration = _world.Knobs.Lease,
                ShutdownGrace = _world.Knobs.Grace,
            },
            config, client, _name, metrics, surroundings, Clock,
            NullLoggerFactory.Instance);
        _parts.AddRange([composition, metrics, client]);
        using var end = new CancellationTokenSource();
        await EndedAsync(Task.WhenAll(
            composition.WatchAsync(end.Token), composition.RecordEventsAsync(end.Token),
            LeadAsync(composition, end)));
        _world.Exited(this);
    }

    /// <summary>In the order of the host: it drains, gives the lease back and sends its events; then the other loops
    /// end.</summary>
    private async Task LeadAsync(OperatorComposition composition, CancellationTokenSource end)
    {
        await composition.LeadAsync(_stop.Token);
        await composition.FlushEventsAsync();
        end.Cancel();
    }

    private static async Task EndedAsync(Task loops)
    {
        try
        {
            await loops;
        }
        catch (OperationCanceledException)
        {
            // How the loops end that were asked to.
        }
    }
}
