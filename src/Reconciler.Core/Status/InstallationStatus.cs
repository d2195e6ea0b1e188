using Reconciler.Core.Execution;

namespace Reconciler.Core.Status;

/// <summary>Use of an installation's module limit.</summary>
public sealed record QuotaUse(int Used, int Limit);

/// <summary>What the last pass left to do: actions withheld or not carried out.</summary>
/// <param name="Hash">What <c>reconciler.io/approve-plan</c> names; null when nothing is left.</param>
public sealed record PlanSummary(string? Hash, int Creates, int Updates, int Deletes);

/// <summary>Status of one Installation; equal by content.</summary>
public sealed record InstallationStatus
{
    public static InstallationStatus Empty { get; } = new();

    public long ObservedGeneration { get; init; }

    public ConditionSet Conditions { get; init; } = ConditionSet.Empty;

    public ModuleCounts? Modules { get; init; }

    public QuotaUse? Quota { get; init; }

    public PlanSummary? Plan { get; init; }

    /// <summary>When a pass last saw the whole remote set and changed this status: a resync that finds everything as it
    /// was writes nothing, so it does not move this either.</summary>
    public DateTimeOffset? LastSyncTime { get; init; }

    public DateTimeOffset? CredentialsExpireAt { get; init; }

    public string? LastHandledReconcileAt { get; init; }
}
