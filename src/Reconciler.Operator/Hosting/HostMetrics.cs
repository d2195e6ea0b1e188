using System.Diagnostics.Metrics;
using System.Globalization;
using Reconciler.Atlassian;
using Reconciler.Kubernetes.Informers;
using Reconciler.Kubernetes.Leases;
using Reconciler.Operator.Control;

namespace Reconciler.Operator.Hosting;

/// <summary>What the process measures around the control loop: requests to the API server and to the remotes,
/// leadership, watches. Label values are bounded: methods, status codes, route templates, resource types.</summary>
internal sealed class HostMetrics : IRemoteObserver, IDisposable
{
    private readonly Meter _meter = new("Reconciler.Hosting");
    private readonly Counter<long> _apiRequests;
    private readonly Histogram<double> _apiSeconds;
    private readonly Counter<long> _remoteRequests;
    private readonly Histogram<double> _remoteSeconds;
    private readonly Counter<long> _remoteThrottled;
    private readonly Counter<long> _remoteHeldBack;

    public HostMetrics(string version)
    {
        _apiRequests = _meter.CreateCounter<long>(
            "rest_client_requests_total", null, "Requests to the Kubernetes API server.");
        _apiSeconds = _meter.CreateHistogram<double>(
            "rest_client_request_duration_seconds", null, "Until the headers of the answer, by verb.");
        _remoteRequests = _meter.CreateCounter<long>(
            "reconciler_remote_requests_total", null, "Requests to the remote APIs.");
        _remoteSeconds = _meter.CreateHistogram<double>(
            "reconciler_remote_request_duration_seconds", null, "Duration of requests to the remote APIs.");
        _remoteThrottled = _meter.CreateCounter<long>(
            "reconciler_remote_throttled_total", null, "Answers that closed an installation's rate limit gate.");
        _remoteHeldBack = _meter.CreateCounter<long>(
            "reconciler_remote_held_back_total", null, "Calls not sent because the gate was closed.");
        _meter.CreateObservableGauge(
            "reconciler_build_info",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", version)),
            null, "Always 1; the label tells the version.");
        _remoteThrottled.Add(0);
        ObserveProcess();
    }

    public void ApiRequestEnded(HttpRequestMessage request, string code, TimeSpan elapsed)
    {
        _apiRequests.Add(1, new("code", code), new("method", request.Method.Method),
            new("host", request.RequestUri?.Authority));
        _apiSeconds.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("verb", request.Method.Method));
    }

    public void Completed(RemoteCall call)
    {
        _remoteRequests.Add(1, new("verb", call.Verb), new("route", call.Route),
            new("code", call.Status.ToString(CultureInfo.InvariantCulture)));
        _remoteSeconds.Record(call.Duration.TotalSeconds, new("verb", call.Verb), new("route", call.Route));
        _remoteThrottled.Add(call.Throttled ? 1 : 0);
    }

    public void HeldBack(string verb, string route, TimeSpan remaining) =>
        _remoteHeldBack.Add(1, new("verb", verb), new("route", route));

    public void Observe(LeaderElector elector, string lease)
    {
        var name = new KeyValuePair<string, object?>("name", lease);
        _meter.CreateObservableGauge(
            "leader_election_master_status", () => new Measurement<int>(elector.IsLeader ? 1 : 0, name), null,
            "1 while this process leads.");
        _meter.CreateObservableCounter(
            "reconciler_leadership_transitions_total", () => new Measurement<long>(elector.Terms, name), null,
            "How often this process has gained the lease.");
    }

    public void Observe(ClusterView cluster)
    {
        Watch("reconciler_watch_objects", "Objects in the cache.", stats => stats.Objects);
        Watch("reconciler_watch_progress_age_seconds", "Since the API server last answered a watch as it should.",
            stats => stats.ProgressAge.TotalSeconds);
        Watch("reconciler_watch_last_event_age_seconds", "Since the last event.", stats => stats.EventAge.TotalSeconds);
        Reasons("reconciler_watch_relists_total", "Lists begun, by reason.", stats => stats.Lists);
        Reasons(
            "reconciler_watch_reconnects_total", "Watches that ended, by reason.",
            stats => new Dictionary<string, long>(stats.Reconnects) { ["stall"] = stats.Stalls });

        void Watch(string name, string help, Func<InformerStats, double> read) => _meter.CreateObservableGauge(
            name,
            () => cluster.ReadStats().Select(watch => new Measurement<double>(
                read(watch.Stats), new("resource", watch.Target.Type.ToString()),
                new("namespace", watch.Target.Namespace ?? ""))),
            null, help);

        void Reasons(string name, string help, Func<InformerStats, IReadOnlyDictionary<string, long>> read) =>
            _meter.CreateObservableCounter(
                name,
                () => cluster.ReadStats().SelectMany(watch => read(watch.Stats).Select(count => new Measurement<long>(
                    count.Value, new("resource", watch.Target.Type.ToString()),
                    new("namespace", watch.Target.Namespace ?? ""), new("reason", count.Key)))),
                null, help);
    }

    public void Dispose() => _meter.Dispose();

    // The names of Prometheus' own client libraries, so that dashboards of processes work.
    private void ObserveProcess()
    {
        _meter.CreateObservableGauge(
            "process_resident_memory_bytes", () => Environment.WorkingSet, null, "Resident memory.");
        _meter.CreateObservableCounter(
            "process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, null,
            "Processor time used.");
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var started = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        _meter.CreateObservableGauge(
            "process_start_time_seconds", () => started, null, "When the process started, since the epoch.");
        _meter.CreateObservableGauge(
            "reconciler_heap_bytes", () => GC.GetTotalMemory(forceFullCollection: false), null,
            "Managed heap in use.");
    }
}
