using System.Collections.Immutable;

namespace Reconciler.Core.Status;

/// <summary>How soon somebody must look.</summary>
public enum AlertSeverity
{
    /// <summary>When there is time.</summary>
    Info,

    /// <summary>In working hours.</summary>
    Warning,

    /// <summary>Now: nothing is reconciled.</summary>
    Critical,
}

/// <summary>One alert: what it tells and what to do first.</summary>
/// <param name="Meaning">One sentence, for an installation or for the operator.</param>
/// <param name="FirstStep">What to look at or do first.</param>
public sealed record AlertEntry(string Name, AlertSeverity Severity, string Meaning, string FirstStep)
{
    /// <summary>Where docs/failures.md explains it; the alert's runbook_url ends with it.</summary>
    public string Anchor => Name.ToLowerInvariant();
}

/// <summary>The alerts, each once. The page of failures is made from it, and a test compares it with
/// deploy/monitoring/alerts.yaml.</summary>
public static class AlertCatalogue
{
    public static ImmutableArray<AlertEntry> Entries { get; } =
    [
        new(AlertNames.Down, AlertSeverity.Critical, "No replica of the operator answers Prometheus.",
            "`kubectl get pods` and the last log lines of the Deployment: does it start, is it killed, is it scraped?"),
        new(AlertNames.NoLeader, AlertSeverity.Critical,
            "Replicas run, but none holds the lease: nothing is reconciled.",
            "Log lines 1203 and 1202 say why the lease cannot be written: RBAC on leases, or the API server."),
        new(AlertNames.LeaderFlapping, AlertSeverity.Warning,
            "One replica has gained the lease more than three times in an hour: it loses it and lives on, and each "
            + "loss cuts off the passes that run. A rolling update gives it to each replica once.",
            "Log lines 1203 and 1202 say why renewals fail: a slow API server, or a replica short of processor time "
            + "(`resources.limits.cpu`, the node)."),
        new(AlertNames.PassDefect, AlertSeverity.Warning, "A pass failed on a defect of the operator.",
            "Log line 100 has the trace and the installation: report it. The pass is tried again with backoff."),
        new(AlertNames.PassesFailing, AlertSeverity.Warning, "More than half of all passes end with a fault.",
            "`reconciler_installations` by reason tells which fault; one remote for many installations, "
            + "or the network?"),
        new(AlertNames.QueueStuck, AlertSeverity.Critical, "Work is running for longer than any pass may take.",
            "The liveness probe restarts such a process. If it comes back: "
            + "`/debug` (option `--debug`) shows the queue."),
        new(AlertNames.WatchStale, AlertSeverity.Warning,
            "The API server has not answered a watch as it should for more than ten minutes: edits are not seen.",
            "Log line 1102 or 1106 names the resource and the cause: RBAC, network policy, API server, "
            + "its definition."),
        new(AlertNames.SyncStale, AlertSeverity.Warning,
            "No pass has seen the whole remote set of this installation for an hour, or for three times its `interval` "
            + "where that is longer, and it is not suspended.",
            "`kubectl get dminst -n NAMESPACE NAME`: the reason and message of its Ready condition."),
        new(AlertNames.AuthorizationFailing, AlertSeverity.Warning,
            "The remote has refused the installation's credential for 15 minutes.",
            "Renew the token in the Secret that `credentials.secretRef` names, "
            + "or let the Forge app call the operator."),
        new(AlertNames.CredentialExpired, AlertSeverity.Warning, "The installation's token has ended.",
            "Renew it; with `forgeRemote`, see that the app still calls the operator "
            + "(`reconciler_forge_deliveries_total`)."),
        new(AlertNames.IntentStuck, AlertSeverity.Warning,
            "A create has been unknown for 15 minutes: its answer was lost and evidence does not settle it.",
            "`reconciler why dm/NAME` names the candidates; set `importKey`, or delete those nobody needs."),
        new(AlertNames.LateCommit, AlertSeverity.Info,
            "The remote carried out a create after it had been given up; it was found and accounted for.",
            "Nothing at once. If it happens often the remote is slower than the protocol's waits: tell us."),
        new(AlertNames.OrphansRemain, AlertSeverity.Warning,
            "Remote modules that we owe a delete have been there for an hour.",
            "The Installation's message says what the delete waits for: the credential, `maxDeletes`, the remote."),
        new(AlertNames.QuotaNearlyUsed, AlertSeverity.Warning,
            "The installation uses 80 % of the modules it may hold, or more.",
            "Delete modules that are not needed; `reconciler_modules_unmanaged` counts those that nobody claims."),
        new(AlertNames.BreakerOpen, AlertSeverity.Warning,
            "A plan would delete more modules than `maxDeletes` allows, so nothing is deleted.",
            "Look at the plan. If it is meant, approve it; if not, put the manifests back."),
        new(AlertNames.ApprovalPending, AlertSeverity.Info, "A plan has waited a day for its approval.",
            "Approve it with `reconciler.io/approve-plan: <hash>` from the Installation's status."),
        new(AlertNames.TakeoverPending, AlertSeverity.Warning,
            "The ledger is of another cluster or another remote: this one only observes.",
            "Stop the other cluster's operator, or set `baseUrl` back; or confirm with "
            + "`reconciler.io/confirm-takeover:` and the cluster id or address that the Installation's message names."),
        new(AlertNames.ModuleStalled, AlertSeverity.Warning,
            "A module has needed a person for an hour; the label `reason` says for what.",
            "Find the reason on this page. `kubectl get dm -n NAMESPACE -o wide` shows the messages."),
        new(AlertNames.DriftLeft, AlertSeverity.Info,
            "Modules have been different from their specs for a day, and `drift: Warn` leaves them so.",
            "Set `drift: Correct`, or change the specs to what the remote holds."),
        new(AlertNames.RemoteFailing, AlertSeverity.Warning,
            "More than a tenth of the requests to this route fail in the network or on the remote's side.",
            "The remote's status page, the proxy, `baseUrl`. Nothing is lost: unknown outcomes are resolved later."),
        new(AlertNames.Throttled, AlertSeverity.Info, "The remote keeps asking for pauses.",
            "Lower `requestsPerSecond`, or lengthen `interval`; find who else uses the same limits."),
        new(AlertNames.InstallationsUnlisted, AlertSeverity.Info,
            "More installations than the operator shows series for: the alerts per installation do not see the rest.",
            "Use the metrics of kube-state-metrics, or split the namespaces between operators."),
    ];
}
