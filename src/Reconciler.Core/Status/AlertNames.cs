namespace Reconciler.Core.Status;

/// <summary>The alerts of deploy/monitoring/alerts.yaml, as <see cref="AlertCatalogue"/> explains them.</summary>
public static class AlertNames
{
    public const string SyncStale = "ReconcilerSyncStale";
    public const string IntentStuck = "ReconcilerIntentStuck";
    public const string QuotaNearlyUsed = "ReconcilerQuotaNearlyUsed";
    public const string AuthorizationFailing = "ReconcilerAuthorizationFailing";
    public const string BreakerOpen = "ReconcilerBreakerOpen";
    public const string ModuleStalled = "ReconcilerModuleStalled";
    public const string DriftLeft = "ReconcilerDriftLeft";
    public const string ApprovalPending = "ReconcilerApprovalPending";
    public const string TakeoverPending = "ReconcilerTakeoverPending";
    public const string OrphansRemain = "ReconcilerOrphansRemain";
    public const string LateCommit = "ReconcilerLateCommit";
    public const string CredentialExpired = "ReconcilerCredentialExpired";
    public const string RemoteFailing = "ReconcilerRemoteFailing";
    public const string Throttled = "ReconcilerThrottled";
    public const string NoLeader = "ReconcilerNoLeader";
    public const string LeaderFlapping = "ReconcilerLeaderFlapping";
    public const string Down = "ReconcilerDown";
    public const string PassesFailing = "ReconcilerPassesFailing";
    public const string PassDefect = "ReconcilerPassDefect";
    public const string QueueStuck = "ReconcilerQueueStuck";
    public const string WatchStale = "ReconcilerWatchStale";
    public const string InstallationsUnlisted = "ReconcilerInstallationsUnlisted";
}
