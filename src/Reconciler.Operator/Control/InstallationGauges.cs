using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;

namespace Reconciler.Operator.Control;

/// <summary>The last known numbers of each installation, read at scrape time; an installation that is gone leaves no
/// series behind. What a pass could not learn keeps its last value.</summary>
internal sealed class InstallationGauges
{
    private readonly ConcurrentDictionary<InstallationKey, Numbers> _byInstallation = new();

    public void Register(Meter meter)
    {
        Gauge(meter, "reconciler_installation_ready", "1 when the installation is Ready.", n => n.Ready);
        Gauge(meter, "reconciler_modules_desired", "DynamicModules wanted.", n => n.Counts?.Desired);
        Gauge(meter, "reconciler_modules_bound", "DynamicModules bound to a remote key.", n => n.Counts?.Bound);
        Gauge(meter, "reconciler_quota_used", "Modules the remote holds, of any owner.", n => n.Counts?.Remote);
        Gauge(meter, "reconciler_quota_limit", "Modules the installation may hold.", n => n.Quota);
        Gauge(meter, "reconciler_modules_unmanaged", "Remote modules nobody claims.", n => n.Counts?.Unmanaged);
        Gauge(meter, "reconciler_intents_open", "Registrations whose outcome is not known.", n => n.IntentsOpen);
        Gauge(meter, "reconciler_duplicates_suspected", "Modules with a surplus twin that is only reported.",
            n => n.Duplicates);
        Gauge(meter, "reconciler_orphans", "Remote modules we owe a delete.", n => n.Counts?.Orphans);
        Gauge(meter, "reconciler_plan_actions", "Changes in the last plan.", n => n.Planned);
        Gauge(meter, "reconciler_last_sync_timestamp_seconds", "End of the last pass that saw the whole remote set.",
            n => n.LastSync);
    }

    public void Set(Installation installation, PassResult result, DateTimeOffset now)
    {
        var before = _byInstallation.GetValueOrDefault(installation.Key, new Numbers());
        var listed = result.Counts is not null;
        _byInstallation[installation.Key] = new()
        {
            Ready = result.Installation.Progress == Core.Planning.Progress.Ready ? 1 : 0,
            Counts = result.Counts ?? before.Counts,
            Quota = installation.Quota,
            IntentsOpen = result.Ledger?.OpenAttempts().Length ?? before.IntentsOpen,
            Duplicates = listed
                ? result.Verdicts.Count(verdict => verdict.Reason == Reasons.DuplicateSuspected)
                : before.Duplicates,
            Planned = result.Plan?.Actions.Length ?? before.Planned,
            LastSync = listed ? now.ToUnixTimeSeconds() : before.LastSync,
        };
    }

    public void Remove(InstallationKey installation) => _byInstallation.TryRemove(installation, out _);

    private void Gauge(Meter meter, string name, string help, Func<Numbers, double?> read) =>
        meter.CreateObservableGauge(name, () => Read(read), null, help);

    private IEnumerable<Measurement<double>> Read(Func<Numbers, double?> read)
    {
        foreach (var (key, numbers) in _byInstallation)
        {
            if (read(numbers) is { } value)
            {
                yield return new(value, new("namespace", key.Namespace), new("installation", key.Name));
            }
        }
    }

    private sealed record Numbers
    {
        public double Ready { get; init; }
        public ModuleCounts? Counts { get; init; }
        public int Quota { get; init; }
        public int IntentsOpen { get; init; }
        public int Duplicates { get; init; }
        public int Planned { get; init; }
        public double? LastSync { get; init; }
    }
}
