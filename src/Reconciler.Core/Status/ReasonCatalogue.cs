using System.Collections.Immutable;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Status;

/// <summary>
/// The failure catalogue in code: every reason once. Condition reason, event, metric label, docs/failures.md and alert
/// all come from here; a test fails if a constant of <see cref="Reasons"/> has no row.
/// </summary>
public static class ReasonCatalogue
{
    private const string Stale = AlertNames.SyncStale;
    private const string Stuck = AlertNames.IntentStuck;
    private const string Quota = AlertNames.QuotaNearlyUsed;
    private const string Auth = AlertNames.AuthorizationFailing;
    private const string Breaker = AlertNames.BreakerOpen;
    private const string Stalled = AlertNames.ModuleStalled;

    public static ImmutableArray<ReasonEntry> Entries { get; } =
    [
        new(Reasons.Synced, "The remote module equals the spec.", Actor.Nobody, "Nothing to do.", false, null),
        new(Reasons.Registering, "The module is about to be registered or is being registered.", Actor.Nobody,
            "Wait; it becomes Synced, or another reason says why not.", false, null),
        new(Reasons.ResolvingCreate,
            "A create was sent and its answer was lost; the operator compares the remote with what existed before.",
            Actor.Nobody, "Wait up to two minutes. It never registers a second one while it does not know.",
            true, Stuck),
        new(Reasons.Updating, "The module is being changed in place.", Actor.Nobody, "Wait.", false, null),
        new(Reasons.Deleting, "The remote module is being deleted; the finalizer stays until its absence is seen.",
            Actor.Nobody, "Wait. If it lasts, the message names what it waits for.", false, null),
        new(Reasons.DriftDetected, "The remote module differs from the spec and `drift` says to leave it.",
            Actor.InstallationOwner, "Set `drift: Correct`, or change the spec to what the remote holds.", true,
            AlertNames.DriftLeft),
        new(Reasons.Suspended,
            "`suspend: true` on the module or its Installation, or a `mode` that does not allow this write.",
            Actor.InstallationOwner, "Set `suspend: false`, or a `mode` that allows it, to go on.", false, null),
        new(Reasons.AwaitingToken, "No usable credential has arrived yet. Nothing is concluded and nothing is deleted.",
            Actor.InstallationOwner,
            "Create the Secret that `credentials.secretRef` names, with the key `token`; "
            + "or let the Forge app call the operator.",
            true, Stale),
        new(Reasons.AuthorizationFailed, "The remote refused the credential (401 or 403).", Actor.InstallationOwner,
            "Renew the token in the Secret. Right after an install it may take minutes until permissions arrive.",
            true, Auth),
        new(Reasons.RateLimited, "The remote asked for a pause; the whole installation waits.", Actor.Nobody,
            "Wait; lower `requestsPerSecond` if it happens often.", false, Stale),
        new(Reasons.RemoteUnavailable,
            "The remote, or our own ledger, could not be read: unreachable, timed out or in error; "
            + "the message says which.",
            Actor.Nobody,
            "Wait; retries go on with growing pauses. Check `baseUrl`, proxy and network if it lasts; a certificate of "
            + "a private authority needs `--remote-ca`, and must be for the host that `baseUrl` names.",
            true, Stale),
        new(Reasons.InvalidData, "The spec was refused, by us or by the remote; the message says which part.",
            Actor.ModuleAuthor,
            "Correct the spec. Nothing is retried until it changes or a pass is forced. If `spec.api` of the "
            + "Installation was changed under registered modules, set it back and use `reconciler migrate`.",
            true, Stalled),
        new(Reasons.QuotaExceeded, "The installation holds as many modules as it may.", Actor.InstallationOwner,
            "Delete modules that are not needed; creates go on by themselves when there is room.", true, Quota),
        new(Reasons.AdoptionRequired, "An identical module exists that we cannot prove to be ours.",
            Actor.InstallationOwner,
            "Set `importKey` to its key, set `adoption: IfIdentical`, or delete it.", true, Stalled),
        new(Reasons.AmbiguousCreate, "A create's answer was lost and what appeared since cannot be told apart.",
            Actor.InstallationOwner,
            "Set `importKey` to the right key, or delete the ones named in the message that nobody needs.",
            true, Stuck),
        new(Reasons.DuplicateDesired, "Another DynamicModule of this installation has the same type and data.",
            Actor.ModuleAuthor, "Delete one, or set `allowDuplicate: true` if both are meant.", true, Stalled),
        new(Reasons.DuplicateSuspected,
            "More matching modules exist than were asked for; one may be a late commit of ours.",
            Actor.InstallationOwner, "Delete the surplus named in the message, or set `ownership: Exclusive`.",
            true, Stalled),
        new(Reasons.KeyConflict, "The key is taken by a module that is not ours.", Actor.ModuleAuthor,
            "Choose another `key`, or adopt the module with `importKey`.", true, Stalled),
        new(Reasons.ShadowedByStaticModule,
            "A static module of the app's manifest has the same key and hides this one.",
            Actor.InstallationOwner, "Rename or remove the static module and deploy the app.", true, Stalled),
        new(Reasons.Missing, "The remote module is gone and `onMissing` says Hold.", Actor.ModuleAuthor,
            "Set `onMissing: Recreate` to register it again under a new key, or delete the DynamicModule.",
            true, Stalled),
        new(Reasons.Contended, "Somebody else keeps changing this module; the operator stopped correcting it.",
            Actor.InstallationOwner, "Find the second writer: another cluster or the app itself.", true, Stalled),
        new(Reasons.BreakerOpen,
            "The plan deletes more modules than `maxDeletes` allows in one pass; nothing was deleted.",
            Actor.InstallationOwner,
            "If it is meant: annotate the Installation with `reconciler.io/approve-plan: <hash>` from its status.",
            true, Breaker),
        new(Reasons.ApprovalRequired, "`applyPolicy: Manual`: the plan waits for its approval.",
            Actor.InstallationOwner,
            "Annotate the Installation with `reconciler.io/approve-plan: <hash>` from its status.", false,
            AlertNames.ApprovalPending),
        new(Reasons.TakeoverPending,
            "The ledger was written by another cluster, or for another remote than `baseUrl` names now; "
            + "nothing is changed.",
            Actor.ClusterAdmin,
            "Stop the other cluster's operator, or set `baseUrl` back. If the modules are to be managed from here, "
            + "annotate the Installation with `reconciler.io/confirm-takeover:` and the cluster id or address that the "
            + "message names.",
            true, AlertNames.TakeoverPending),
        new(Reasons.InstallationNotFound, "The Installation that `installationRef` names does not exist here.",
            Actor.ModuleAuthor, "Create it in the same namespace, or correct the name in a new DynamicModule.",
            true, Stalled),
        new(Reasons.NotAsDocumented,
            "Only on the condition `DataWarning`: the data differs from what is documented for its type. "
            + "It is sent as it is.",
            Actor.ModuleAuthor,
            "Run `reconciler lint` to see the lines. If the remote accepts the data, "
            + "nothing need be done.",
            false, null)
        {
            Metric = "kube_reconciler_dynamicmodule_condition{type=\"DataWarning\"}",
            HasEvent = false,
        },
    ];

    /// <exception cref="KeyNotFoundException"><paramref name="reason"/> is not in the catalogue.</exception>
    public static ReasonEntry Find(string reason) =>
        Entries.FirstOrDefault(entry => string.Equals(entry.Reason, reason, StringComparison.Ordinal))
        ?? throw new KeyNotFoundException($"reason {reason} has no row in the failure catalogue");
}
