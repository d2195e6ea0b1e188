using System.Diagnostics.Metrics;
using Reconciler.Atlassian;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Status;
using Reconciler.Kubernetes.Queues;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// What the control loop measures. Names and labels are controller-runtime's where it has one, so that existing
/// dashboards work (dotnet-peers.md O2). Instruments only: who reads them (Prometheus text, OTLP) is Hosting's affair.
/// </summary>
internal sealed class ControlMetrics : IDisposable
{
    public const string MeterName = "Reconciler.Control";

    private const string ControllerName = "installation";

    private static readonly KeyValuePair<string, object?> ControllerTag = new("controller", ControllerName);
    private static readonly string[] Results = ["success", "requeue_after", "error", "stalled", "cancelled"];
    private static readonly KeyValuePair<string, object?> QueueTag = new("name", ControllerName);

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _passes;
    private readonly Counter<long> _passErrors;
    private readonly Histogram<double> _passSeconds;
    private readonly Counter<long> _terminalErrors;
    private readonly Counter<long> _panics;
    private readonly Counter<long> _timeouts;
    private readonly Histogram<double> _queueSeconds;
    private readonly Histogram<double> _workSeconds;
    private readonly Counter<long> _actions;
    private readonly Counter<long> _creates;
    private readonly Counter<long> _ledgerWrites;
    private readonly Counter<long> _ledgerConflicts;
    private readonly Counter<long> _statusWrites;
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _driftCorrected;
    private readonly InstallationGauges _installations = new();
    private readonly ProtocolMeter _protocol;
    private readonly HashSet<string> _queuesObserved = new(StringComparer.Ordinal);

    public ControlMetrics(TimeProvider time)
    {
        _protocol = new(time);
        _passes = Count("controller_runtime_reconcile_total", "Passes by result.");
        _passErrors = Count("controller_runtime_reconcile_errors_total", "Passes that ended with a fault.");
        _passSeconds = Seconds("controller_runtime_reconcile_time_seconds", "Length of a pass.");
        _terminalErrors = Count(
            "controller_runtime_terminal_reconcile_errors_total", "Passes that ended where only a person can go on.");
        _panics = Count("controller_runtime_reconcile_panics_total", "Passes that failed on a defect.");
        _timeouts = Count("controller_runtime_reconcile_timeouts_total", "Passes that were cut off at their deadline.");
        _workSeconds = Seconds("workqueue_work_duration_seconds", "How long a key was worked on.");
        _queueSeconds = Seconds("workqueue_queue_duration_seconds", "How long a ready key waited for a worker.");
        _actions = Count("reconciler_actions_total", "Changes sent to the remote, by kind and outcome.");
        _creates = Count("reconciler_create_attempts_total", "Registrations sent, by outcome.");
        _ledgerWrites = Count("reconciler_ledger_writes_total", "Acknowledged ledger writes.");
        _ledgerConflicts = Count("reconciler_ledger_conflicts_total", "Ledger writes that met another writer.");
        _statusWrites = Count("reconciler_status_writes_total", "Status and annotation patches, by kind.");
        _transitions = Count(
            "reconciler_transitions_total",
            "Changes of a resource's reason, as told by its event, by kind and reason.");
        _driftCorrected = Count(
            "reconciler_drift_corrected_total", "Modules put back after they were changed from outside.");
        _installations.Register(_meter);
        _protocol.Register(_meter);
        BeginAtZero();
    }

    /// <summary>Where the rate limits stand; asked at each scrape, of the leader's current term.</summary>
    public Func<IEnumerable<(InstallationKey Installation, RemotePace Pace)>> Paces
    {
        get => _installations.Paces;
        set => _installations.Paces = value;
    }

    /// <summary>How many installations wait for a slow place; asked at each scrape, of the leader's current
    /// term.</summary>
    public Func<int> Parked { get; set; } = static () => 0;

    /// <summary>Exposes the queue under controller-runtime's names; read at scrape time only.</summary>
    public void Observe(WorkQueue<InstallationKey> queue, int workers)
    {
        if (!_queuesObserved.Add(ControllerName))
        {
            return;
        }

        Gauge("workqueue_depth", "Keys ready and waiting.", () => queue.ReadStats().Depth);
        Gauge("workqueue_unfinished_work_seconds", "Age of all running work.",
            () => queue.ReadStats().UnfinishedWork.TotalSeconds);
        Gauge("workqueue_longest_running_processor_seconds", "Age of the longest running work.",
            () => queue.ReadStats().LongestRunning.TotalSeconds);
        Total("workqueue_adds_total", "Keys made ready.", () => queue.ReadStats().Adds);
        Total("workqueue_retries_total", "Keys put back with backoff.", () => queue.ReadStats().Retries);
        Gauge("reconciler_workqueue_parked", "Keys known to be slow that wait for a slow place.", () => Parked());
        _meter.CreateObservableGauge(
            "controller_runtime_active_workers", () => Of(queue.ReadStats().InFlight, ControllerTag), null,
            "Passes running.");
        _meter.CreateObservableGauge(
            "controller_runtime_max_concurrent_reconciles", () => Of(workers, ControllerTag), null,
            "Passes that may run at once, slow ones included.");
    }

    public void PassTaken(TimeSpan waited) => _queueSeconds.Record(waited.TotalSeconds, QueueTag, ControllerTag);

    /// <summary>Before a pass looks at anything, so that one that is cut off or fails is seen to see nothing.</summary>
    public void PassBegun(InstallationResource installation, DateTimeOffset now) => _installations.Begin(
        installation.Key, installation.Interval, BlindSince.Of(installation.Status, now));

    public void PassEnded(TimeSpan elapsed, string result, bool failed)
    {
        _passes.Add(1, ControllerTag, new("result", result));
        _passErrors.Add(failed ? 1 : 0, ControllerTag);
        _terminalErrors.Add(result == "stalled" ? 1 : 0, ControllerTag);
        _passSeconds.Record(elapsed.TotalSeconds, ControllerTag);
        _workSeconds.Record(elapsed.TotalSeconds, QueueTag, ControllerTag);
    }

    public void PassDefect() => _panics.Add(1, ControllerTag);

    public void PassTimedOut() => _timeouts.Add(1, ControllerTag);

    public void LedgerWritten() => _ledgerWrites.Add(1);

    public void LedgerConflicted() => _ledgerConflicts.Add(1);

    public void StatusWritten(string kind) => _statusWrites.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <param name="kind">installation or module.</param>
    public void Transitioned(string kind, string reason) =>
        _transitions.Add(1, new("kind", kind), new("reason", reason));

    /// <summary>Takes over what a pass did and where its installation stands.</summary>
    public void PassReported(
        Installation installation, PassResult result, DateTimeOffset? credentialsExpireAt, DateTimeOffset now)
    {
        foreach (var executed in result.Executed)
        {
            var outcome = executed.Unknown ? "unknown" : executed.Fault is null ? "done" : "refused";
            var kind = executed.Action.GetType().Name;
            _actions.Add(1, new("kind", kind), new("outcome", outcome));
            if (kind == nameof(PlannedAction.Create))
            {
                _creates.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
            }
        }

        _driftCorrected.Add(result.Executed.Count(executed =>
            executed is { Action.Rule: RuleIds.CorrectDrift, Fault: null, Unknown: false }));
        _installations.Set(installation, result, credentialsExpireAt, now);
        _protocol.Observe(installation.Key, result);
    }

    /// <summary>Modules whose Installation does not exist are shown under its name, with their reasons alone.</summary>
    public void MissingReported(InstallationKey installation, IReadOnlyCollection<ModuleVerdict> verdicts) =>
        _installations.SetMissing(installation, verdicts);

    public void Forget(InstallationKey installation)
    {
        _installations.Remove(installation);
        _protocol.Forget(installation);
    }

    /// <summary>Another process leads: what it shows from now on is not ours to contradict.</summary>
    public void TermEnded()
    {
        Paces = static () => [];
        Parked = static () => 0;
        _installations.Clear();
        _protocol.Clear();
    }

    public void Dispose() => _meter.Dispose();

    // A counter that is first seen at 1 has, to a rule that asks for its increase, never increased.
    private void BeginAtZero()
    {
        foreach (var result in Results)
        {
            _passes.Add(0, ControllerTag, new("result", result));
        }

        foreach (var counter in new[] { _passErrors, _terminalErrors, _panics, _timeouts })
        {
            counter.Add(0, ControllerTag);
        }

        _ledgerWrites.Add(0);
        _ledgerConflicts.Add(0);
        _driftCorrected.Add(0);
    }

    private static Measurement<T> Of<T>(T value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct => new(value, tags);

    private void Gauge(string name, string help, Func<double> read) =>
        _meter.CreateObservableGauge(name, () => Of(read(), QueueTag, ControllerTag), null, help);

    private void Total(string name, string help, Func<long> read) =>
        _meter.CreateObservableCounter(name, () => Of(read(), QueueTag, ControllerTag), null, help);

    private Counter<long> Count(string name, string help) => _meter.CreateCounter<long>(name, null, help);

    private Histogram<double> Seconds(string name, string help) => _meter.CreateHistogram<double>(name, null, help);
}
