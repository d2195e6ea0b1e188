namespace Reconciler.Core.Verdicts;

/// <summary>
/// Condition reasons (product.md §3). Each has one meaning, one entry in the failure catalogue, one event and one
/// metric label.
/// </summary>
public static class Reasons
{
    public const string Synced = nameof(Synced);
    public const string Registering = nameof(Registering);
    public const string ResolvingCreate = nameof(ResolvingCreate);
    public const string Updating = nameof(Updating);
    public const string Deleting = nameof(Deleting);
    public const string DriftDetected = nameof(DriftDetected);
    public const string Suspended = nameof(Suspended);
    public const string AwaitingToken = nameof(AwaitingToken);
    public const string AuthorizationFailed = nameof(AuthorizationFailed);
    public const string RateLimited = nameof(RateLimited);
    public const string RemoteUnavailable = nameof(RemoteUnavailable);
    public const string InvalidData = nameof(InvalidData);
    public const string QuotaExceeded = nameof(QuotaExceeded);
    public const string AdoptionRequired = nameof(AdoptionRequired);
    public const string AmbiguousCreate = nameof(AmbiguousCreate);
    public const string DuplicateDesired = nameof(DuplicateDesired);
    public const string DuplicateSuspected = nameof(DuplicateSuspected);
    public const string KeyConflict = nameof(KeyConflict);
    public const string ShadowedByStaticModule = nameof(ShadowedByStaticModule);
    public const string Missing = nameof(Missing);
    public const string Contended = nameof(Contended);
    public const string BreakerOpen = nameof(BreakerOpen);
    public const string ApprovalRequired = nameof(ApprovalRequired);
    public const string TakeoverPending = nameof(TakeoverPending);
    public const string InstallationNotFound = nameof(InstallationNotFound);

    /// <summary>Of the condition DataWarning alone.</summary>
    public const string NotAsDocumented = nameof(NotAsDocumented);
}
