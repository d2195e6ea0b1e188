using Microsoft.Extensions.Logging;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Events;
using Reconciler.Kubernetes.Informers;
using Reconciler.Kubernetes.Leases;
using Reconciler.Kubernetes.Queues;
using Reconciler.Operator.Control;

namespace Reconciler.Operator.Hosting;

/// <summary>The composition root of <c>run</c>: every object of the operator is made here, on one page, and its loops
/// are offered to the host.</summary>
internal sealed class OperatorComposition : IDisposable
{
    private const string LeaseName = "reconciler";

    private const int PassesKept = 1000;

    // A lost conflict is tried again soon, an outage ends up at one pass per quarter of an hour (Q4).
    private static readonly Backoff PassBackoff = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(15));

    // A queue or pass older than this stands still: passes end by their own deadline before.
    private static readonly TimeSpan StandstillMargin = TimeSpan.FromMinutes(2);

    private readonly OperatorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ControlOptions _control;
    private readonly ControlMetrics _metrics;
    private readonly ReleaseTracker _releases = new();
    private readonly PassBook _passes;
    private readonly Surroundings _surroundings;
    private readonly KubernetesClient _client;
    private readonly ILoggerFactory _loggers;
    private readonly IDeliveredTokens _delivered;
    private readonly ClusterView _cluster;
    private readonly RemotePool _remotes;
    private readonly WorkQueue<InstallationKey> _queue;
    private readonly ChangeRouter _router;
    private readonly EventRecorder _events;
    private readonly LeaderElector? _elector;
    private volatile bool _working;
    private volatile Action _rest = static () => { };

    public OperatorComposition(
        OperatorOptions options, ClusterConfig config, KubernetesClient client, string identity, HostMetrics metrics,
        Surroundings surroundings, TimeProvider time, ILoggerFactory loggers, IDeliveredTokens? delivered = null)
    {
        (_options, _client, _surroundings, _time, _loggers) =
            (options, client, surroundings, time, loggers);
        _log = loggers.CreateLogger("Reconciler");
        _metrics = new(time);
        _passes = new(options.Console is null ? 0 : PassesKept, time);
        _delivered = delivered ?? new NoDeliveredTokens();
        _control = new()
        {
            Concurrency = options.Concurrency,
            Identity = identity,
            AllowInsecureRemote = options.AllowInsecureRemote,
            Pass = surroundings.Pass,
            PassDeadline = surroundings.PassDeadline,
            EmulatedRemotes = options.EmulatedRemotes,
            Hosts = options.Hosts,
        };
        _cluster = new(
            client, options.Namespaces, options.SecretNames, new InformerOptions(), time, surroundings.NextRandom,
            loggers.CreateLogger("Watch"));
        // Outlives a term: a pause that the remote asked this process for is no matter of the lease (seed 20001113).
        _remotes = new(
            client, _cluster, new(surroundings.Remote, time, surroundings.NextRandom, metrics), _delivered, _control,
            time);
        _queue = new(new WorkQueueOptions { Backoff = PassBackoff }, time, surroundings.NextRandom);
        _router = new(_cluster, _delivered, _queue, _releases);
        _events = new(
            client, new() { Controller = "reconciler.io/operator", Instance = identity }, time,
            loggers.CreateLogger<EventRecorder>());
        _elector = Elects(options, config) ? ElectorFor(options, config, identity) : null;
        Observe(metrics);
    }

    public bool ElectsLeader => _elector is not null;

    public string Scope => _options.Namespaces.IsEmpty ? "all namespaces" : string.Join(", ", _options.Namespaces);

    /// <summary>What it sees of the cluster.</summary>
    public ClusterView Cluster => _cluster;

    /// <summary>What its last passes came to; empty without a console that shows it.</summary>
    public PassBook Passes => _passes;

    /// <summary>Whether passes are made here and now.</summary>
    public bool IsLeading => _working;

    /// <summary>What <c>/debug</c> shows.</summary>
    public DebugDump NewDump() => new(
        _queue, _cluster, _metrics, _remotes,
        new ClusterLedgerStore(_client, Resources.ResourceTypes.ModuleLedger, _metrics), () => _working, _time);

    public void AddChecks(HealthChecks health)
    {
        health.AddReadiness("caches", () => _cluster.IsSynced ? null : "not synced yet");
        health.AddLiveness("watches", () => _cluster.ReadStats()
            .Where(watch => watch.Stats.Overdue > TimeSpan.Zero)
            .Select(watch => $"{watch.Target} stands still for {watch.Stats.Overdue.TotalSeconds:0} s")
            .FirstOrDefault());
        health.AddLiveness("queue", () => ExplainStandstill(_queue.ReadStats()));
        health.AddLiveness("lease", () => _elector?.RenewAge is { } age && age > _options.LeaseDuration * 2
            ? $"led on for {age.TotalSeconds:0} s without a renewal"
            : null);
    }

    /// <summary>A list or a pass is under way, or waits. Who does not lead has keys that wait for nobody.</summary>
    public bool IsBusy
    {
        get
        {
            var queue = _queue.ReadStats();
            return !_cluster.IsSynced || queue.InFlight > 0 || (_working && queue.Depth > 0);
        }
    }

    /// <summary>Nothing waits and nothing runs: keep less.</summary>
    public void Rest() => _rest();

    public Task WatchAsync(CancellationToken end) => _cluster.RunAsync(end);

    public Task RecordEventsAsync(CancellationToken end) => _events.RunAsync(end);

    /// <summary>Leads, again and again, until asked to stop; then drains and releases the lease.</summary>
    public async Task LeadAsync(CancellationToken stopping)
    {
        var synced = _time.GetTimestamp();
        string clusterId;
        try
        {
            clusterId = await new ClusterIdentity(_client, _time, _log).ReadAsync(stopping);
            await _cluster.SyncedAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }

        _log.Synced(_time.GetElapsedTime(synced).TotalSeconds, _cluster.Installations.Count, _cluster.Modules.Count);
        if (_elector is null)
        {
            await WorkAsync(clusterId, new SoleFence(), stopping);
            return;
        }

        await _elector.RunAsync(
            async term => await WorkAsync(clusterId, new LeaseFence(_elector), term),
            stopping);
    }

    /// <summary>Sends the events that were recorded, for a clean stop; gives up on them after five seconds.</summary>
    public async Task FlushEventsAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), _time);
        try
        {
            await _events.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // The API server does not take them; the statuses say the same.
        }
    }

    public void Dispose()
    {
        _queue.Dispose();
        _cluster.Dispose();
        _metrics.Dispose();
        _surroundings.Remote.Dispose();
    }

    // One term: a fresh pass memory, so that the first pass over each ledger raises its epoch (T0).
    private async Task WorkAsync(string clusterId, IWriteFence fence, CancellationToken term)
    {
        var controller = NewController(clusterId);
        using var cancelPasses = new CancellationTokenSource();
        await using var grace = _time.CreateTimer(
            _ => cancelPasses.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var onEnd = term.UnsafeRegister(
            _ =>
            {
                if (fence.Holds)
                {
                    _log.Stopping(_options.ShutdownGrace.TotalSeconds, _queue.ReadStats().InFlight);
                }

                grace.Change(_options.ShutdownGrace, Timeout.InfiniteTimeSpan);
            },
            null);
        _working = true;
        _passes.Clear();
        _log.Leading();
        _router.EnqueueAll();
        await controller.RunAsync(fence, term, cancelPasses.Token);
        _working = false;
        _metrics.TermEnded();
        _rest = static () => { };
        _passes.Clear();
        if (!fence.Holds)
        {
            _log.LeadershipLost();
        }
    }

    private InstallationController NewController(string clusterId)
    {
        var ledgers = new ClusterLedgerStore(_client, Resources.ResourceTypes.ModuleLedger, _metrics);
        var finalizers = new FinalizerProtocol(_client, _cluster, _releases, _control);
        var status = new StatusWriter(
            _client, _cluster, new TransitionReporter(_events), _control, _metrics, _time,
            _loggers.CreateLogger<StatusWriter>());
        var passes = new PassRunner(
            ledgers, _cluster.LedgerVersion, clusterId, _control, _time, _surroundings.NewAttemptId);
        _router.LedgerLost = passes.Forget;
        _rest = passes.Rest;
        _metrics.Paces = _remotes.Paces;
        var reconciler = new InstallationReconciler(
            _cluster, finalizers, _remotes, passes, new MissingInstallation(ledgers, _control, clusterId, _time),
            new InstallationDeparture(finalizers), status, _metrics, _passes, _time);
        return new(
            _queue, reconciler, _control, _time, _metrics, _loggers.CreateLogger<InstallationController>());
    }

    private void Observe(HostMetrics metrics)
    {
        _router.Attach();
        _metrics.Observe(_queue, _control.Lanes.Places + _control.Lanes.SlowPlaces);
        metrics.Observe(_cluster);
        if (_elector is not null)
        {
            metrics.Observe(_elector, LeaseName);
        }
    }

    private string? ExplainStandstill(WorkQueueStats stats) => _working
        ? Standstill.Explain(stats, _control.Concurrency, _control.PassDeadline + StandstillMargin)
        : null;

    private static bool Elects(OperatorOptions options, ClusterConfig config) =>
        options.LeaderElect ?? config.Origin == "in-cluster";

    private LeaderElector ElectorFor(OperatorOptions options, ClusterConfig config, string identity)
    {
        var lease = new ObjectKey(options.LeaseNamespace ?? config.Namespace, LeaseName);
        var electorOptions = new LeaderElectorOptions(lease, identity)
        {
            LeaseDuration = options.LeaseDuration,
            RenewDeadline = options.LeaseDuration * 2 / 3,
            RetryPeriod = options.LeaseDuration * 2 / 15,
        };
        return new(_client, electorOptions, _time, _surroundings.NextRandom, _loggers.CreateLogger("Lease"));
    }
}
