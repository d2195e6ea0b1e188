namespace Reconciler.Core.Modules;

/// <summary>Which actions a plan may contain: the filter over a finished plan.</summary>
public enum ManagementMode { Manage, NoDelete, CreateOnly, Observe }

/// <summary>Shared: touch only what is proven ours. Exclusive: sole writer, may prune and dedupe.</summary>
public enum OwnershipMode { Shared, Exclusive }

/// <summary>Whether an unclaimed, identical remote module may be bound instead of registering a new one.</summary>
public enum AdoptionPolicy { Never, IfIdentical }

/// <summary>What happens when observed differs from desired although the desired did not change.</summary>
public enum DriftPolicy { Correct, Warn, Ignore }

/// <summary>Manual: a plan that mutates is executed only after its hash was approved.</summary>
public enum ApplyPolicy { Automatic, Manual }

/// <summary>
/// The mass-delete breaker: deletes per pass may not exceed the larger of <paramref name="Count"/> and
/// <paramref name="Percent"/> of the bound modules, and at least one is always allowed (product.md §3).
/// </summary>
public readonly record struct DeleteBudget(int Count, int Percent)
{
    public int Allowed(int bound) => Math.Max(1, Math.Max(Count, bound * Percent / 100));
}

/// <summary>One tenant of one app: everything of an Installation resource that planning needs.
/// No secret in it.</summary>
public sealed record Installation(InstallationKey Key)
{
    public RemoteApi Api { get; init; } = RemoteApi.ForgeV2;

    /// <summary>Where it is; null when its resource does not say it in a usable way.</summary>
    public RemoteIdentity? Remote { get; init; }

    public ManagementMode Mode { get; init; } = ManagementMode.Manage;
    public OwnershipMode Ownership { get; init; } = OwnershipMode.Shared;
    public AdoptionPolicy Adoption { get; init; } = AdoptionPolicy.Never;
    public DriftPolicy Drift { get; init; } = DriftPolicy.Correct;
    public ApplyPolicy ApplyPolicy { get; init; } = ApplyPolicy.Automatic;
    public DeleteBudget MaxDeletes { get; init; } = new(10, 30);
    public int Quota { get; init; } = 100;
    public int RequestsPerSecond { get; init; } = 10;
    public bool Suspended { get; init; }

    /// <summary>The Installation resource itself is being deleted: nothing new is created.</summary>
    public bool Deleting { get; init; }

    /// <summary>Value of <c>reconciler.io/approve-plan</c>, null when absent.</summary>
    public string? ApprovedPlanHash { get; init; }

    /// <summary>Value of <c>reconciler.io/confirm-takeover</c>: the cluster id that may take this ledger over, or the
    /// address (the tenant) where its modules are now.</summary>
    public string? ConfirmedTakeover { get; init; }
}
