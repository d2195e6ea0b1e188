using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Reconciler.Atlassian;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Operator.Control;

/// <summary>
/// The last known numbers of each installation, read at scrape time; an installation that is gone leaves no series
/// behind. What a pass could not learn keeps its last value. Only <see cref="SeriesMax"/> installations have series of
/// their own, in the order of their first pass; the totals over all count every one.
/// </summary>
internal sealed class InstallationGauges(int seriesMax = InstallationGauges.SeriesMax)
{
    /// <summary>Some twenty series each: enough for a large operator, and bounded for a scrape.</summary>
    public const int SeriesMax = 1000;

    private readonly ConcurrentDictionary<InstallationKey, Numbers> _byInstallation = new();
    private int _listed;

    /// <summary>Installations without series of their own.</summary>
    public int Unlisted => _byInstallation.Count - Volatile.Read(ref _listed);

    /// <summary>Where the rate limits stand; of the current term of leadership.</summary>
    public Func<IEnumerable<(InstallationKey Installation, RemotePace Pace)>> Paces { get; set; } = static () => [];

    public void Register(Meter meter)
    {
        Gauge(meter, "reconciler_installation_ready", "1 when the installation is Ready.", n => n.Ready);
        Gauge(meter, "reconciler_modules_desired", "DynamicModules wanted.", n => n.Counts?.Desired);
        Gauge(meter, "reconciler_modules_bound", "DynamicModules bound to a remote key.", n => n.Counts?.Bound);
        Gauge(meter, "reconciler_quota_used", "Modules the remote holds, of any owner.", n => n.Counts?.Remote);
        Gauge(meter, "reconciler_quota_limit", "Modules the installation may hold.", n => n.Quota);
        Gauge(meter, "reconciler_modules_unmanaged", "Remote modules nobody claims.", n => n.Counts?.Unmanaged);
        Gauge(meter, "reconciler_modules_drifted", "Modules that the last pass found changed from outside.",
            n => n.Drifted);
        Gauge(meter, "reconciler_intents_open", "Registrations whose outcome is not known.", n => n.IntentsOpen);
        Gauge(meter, "reconciler_duplicates_suspected", "Modules with a surplus twin that is only reported.",
            n => n.Duplicates);
        Gauge(meter, "reconciler_orphans", "Remote modules we owe a delete.", n => n.Counts?.Orphans);
        Gauge(meter, "reconciler_plan_actions", "Changes in the last plan.", n => n.Planned);
        Gauge(meter, "reconciler_last_sync_timestamp_seconds",
            "When the whole remote set was last seen; until this leader has, since when nobody has seen it.",
            n => n.LastSync);
        Gauge(meter, "reconciler_installation_interval_seconds", "Time between two full comparisons with the remote.",
            n => n.Interval);
        Gauge(meter, "reconciler_credentials_expire_timestamp_seconds",
            "When the credential in use ends, where it says so.", n => n.CredentialsExpire);
        RegisterReasons(meter);
        RegisterPaces(meter);
    }

    /// <summary>A pass begins. Whatever becomes of it, there is a last sync whose age tells how long nothing was seen:
    /// the first pass of a term puts <paramref name="blindSince"/> there.</summary>
    public void Begin(InstallationKey installation, TimeSpan interval, DateTimeOffset blindSince)
    {
        var before = _byInstallation.GetValueOrDefault(installation, Numbers.Nothing);
        Put(installation, before with
        {
            Interval = interval.TotalSeconds,
            LastSync = before.LastSync ?? blindSince.ToUnixTimeSeconds(),
        });
    }

    public void Set(
        Installation installation, PassResult result, DateTimeOffset? credentialsExpireAt, DateTimeOffset now)
    {
        var before = _byInstallation.GetValueOrDefault(installation.Key, Numbers.Nothing);
        var listed = result.Counts is not null;
        Put(installation.Key, before with
        {
            Ready = result.Installation.Progress == Progress.Ready ? 1 : 0,
            Reason = result.Installation.Reason,
            ModulesByReason = ByReason(result.Verdicts),
            Counts = result.Counts ?? before.Counts,
            Quota = installation.Quota,
            IntentsOpen = result.Ledger?.OpenAttempts().Length ?? before.IntentsOpen,
            Drifted = listed ? DriftIn(result) : before.Drifted,
            Duplicates = listed
                ? result.Verdicts.Count(verdict => verdict.Reason == Reasons.DuplicateSuspected)
                : before.Duplicates,
            Planned = result.Plan?.Actions.Length ?? before.Planned,
            LastSync = listed ? now.ToUnixTimeSeconds() : before.LastSync,
            CredentialsExpire = credentialsExpireAt?.ToUnixTimeSeconds(),
        });
    }

    public void SetMissing(InstallationKey installation, IReadOnlyCollection<ModuleVerdict> verdicts) =>
        Put(installation, Numbers.Nothing with { ModulesByReason = ByReason(verdicts) });

    public void Remove(InstallationKey installation)
    {
        if (_byInstallation.TryRemove(installation, out var removed) && removed.IsListed)
        {
            Interlocked.Decrement(ref _listed);
        }
    }

    public void Clear()
    {
        foreach (var installation in _byInstallation.Keys)
        {
            Remove(installation);
        }
    }

    private void RegisterReasons(Meter meter)
    {
        meter.CreateObservableGauge(
            "reconciler_installation_reason",
            () => Listed().Where(pair => pair.Value.Reason.Length > 0).Select(
                pair => Of(1, pair.Key, new("reason", pair.Value.Reason))),
            null, "Always 1; the label tells the reason of the installation's Ready condition.");
        meter.CreateObservableGauge(
            "reconciler_modules",
            () => Listed().SelectMany(pair => pair.Value.ModulesByReason.Select(
                modules => Of(modules.Value, pair.Key, new("reason", modules.Key)))),
            null, "DynamicModules by the reason of their Ready condition.");
        meter.CreateObservableGauge(
            "reconciler_installations",
            () => _byInstallation.Values.Where(numbers => numbers.Reason.Length > 0)
                .GroupBy(numbers => numbers.Reason, StringComparer.Ordinal)
                .Select(group => new Measurement<double>(
                    group.Count(), new KeyValuePair<string, object?>("reason", group.Key))),
            null, "All installations, by the reason of their Ready condition.");
        meter.CreateObservableGauge(
            "reconciler_installations_unlisted", () => Unlisted, null,
            $"Installations beyond the first {seriesMax}: they have no series of their own.");
    }

    private void RegisterPaces(Meter meter)
    {
        meter.CreateObservableGauge(
            "reconciler_remote_bucket_tokens", () => Read(pace => pace.Tokens), null,
            "Requests that may leave at once; below zero, that many wait.");
        meter.CreateObservableGauge(
            "reconciler_remote_gate_closed_seconds", () => Read(pace => pace.ClosedFor.TotalSeconds), null,
            "For how long from now the remote wants no request.");

        IEnumerable<Measurement<double>> Read(Func<RemotePace, double> value) => Paces()
            .Where(pace => _byInstallation.TryGetValue(pace.Installation, out var numbers) && numbers.IsListed)
            .Select(pace => Of(value(pace.Pace), pace.Installation));
    }

    private void Put(InstallationKey installation, Numbers numbers)
    {
        var lists = !numbers.IsListed && Volatile.Read(ref _listed) < seriesMax;
        if (lists)
        {
            Interlocked.Increment(ref _listed);
        }

        _byInstallation[installation] = lists ? numbers with { IsListed = true } : numbers;
    }

    private static int DriftIn(PassResult result) =>
        result.Verdicts.Count(verdict => verdict.Reason == Reasons.DriftDetected)
        + (result.Plan?.Actions.Count(action => action.Rule == RuleIds.CorrectDrift) ?? 0);

    private static ImmutableSortedDictionary<string, int> ByReason(IEnumerable<ModuleVerdict> verdicts) => verdicts
        .Where(verdict => !verdict.Released)
        .GroupBy(verdict => verdict.Reason, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    private void Gauge(Meter meter, string name, string help, Func<Numbers, double?> read) =>
        meter.CreateObservableGauge(
            name,
            () => Listed().Where(pair => read(pair.Value) is not null)
                .Select(pair => Of(read(pair.Value)!.Value, pair.Key)),
            null, help);

    private IEnumerable<KeyValuePair<InstallationKey, Numbers>> Listed() =>
        _byInstallation.Where(pair => pair.Value.IsListed);

    private static Measurement<double> Of(double value, InstallationKey key) =>
        new(value, new("namespace", key.Namespace), new("installation", key.Name));

    private static Measurement<double> Of(double value, InstallationKey key, KeyValuePair<string, object?> more) =>
        new(value, new("namespace", key.Namespace), new("installation", key.Name), more);

    private sealed record Numbers
    {
        public static Numbers Nothing { get; } = new();

        public bool IsListed { get; init; }
        public double? Ready { get; init; }
        public string Reason { get; init; } = "";
        public ImmutableSortedDictionary<string, int> ModulesByReason { get; init; } =
            ImmutableSortedDictionary<string, int>.Empty;
        public ModuleCounts? Counts { get; init; }
        public double? Quota { get; init; }
        public double? IntentsOpen { get; init; }
        public double? Drifted { get; init; }
        public double? Duplicates { get; init; }
        public double? Planned { get; init; }
        public double? LastSync { get; init; }
        public double? Interval { get; init; }
        public double? CredentialsExpire { get; init; }
    }
}
