namespace Reconciler.Core.Status;

/// <summary>Status of one DynamicModule. A view of the ledger, never the record; equal by content.</summary>
public sealed record ModuleStatus
{
    public static ModuleStatus Empty { get; } = new();

    /// <summary>Key of the bound remote module; null while there is none.</summary>
    public string? Key { get; init; }

    public long ObservedGeneration { get; init; }

    /// <summary>Fingerprint of the content last applied.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The force token that was handled last.</summary>
    public string? LastHandledReconcileAt { get; init; }

    public ConditionSet Conditions { get; init; } = ConditionSet.Empty;
}
