using Reconciler.Core.Status;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Console;

/// <summary>Where something stands, in one word that the page has a sign for.</summary>
internal static class States
{
    public const string Ready = "ready";
    public const string Working = "working";
    public const string Stalled = "stalled";
    public const string Suspended = "suspended";
    public const string Deleting = "deleting";

    /// <summary>Modules refer to an Installation that does not exist.</summary>
    public const string Missing = "missing";

    /// <summary>No pass has looked at it yet.</summary>
    public const string Unknown = "unknown";

    public static string Of(InstallationResource? installation) => installation switch
    {
        null => Missing,
        { Metadata.IsDeleting: true } => Deleting,
        { IsSuspended: true } => Suspended,
        _ => Of(installation.Status.Conditions),
    };

    public static string Of(DynamicModuleResource module, InstallationResource? installation) =>
        module.Metadata.IsDeleting ? Deleting
        : module.Spec.Suspend == true || installation?.IsSuspended == true ? Suspended
        : module.Status.ObservedGeneration < module.Metadata.Generation ? AtLeastWorking(module.Status.Conditions)
        : Of(module.Status.Conditions);

    private static string AtLeastWorking(ConditionSet conditions) => conditions.Ready is null ? Unknown : Working;

    private static string Of(ConditionSet conditions) =>
        conditions.Ready is not { } ready ? Unknown
        : conditions.Find(ConditionTypes.Stalled) is not null ? Stalled
        : ready.Status switch
        {
            ConditionStatus.True => Ready,
            ConditionStatus.False => Working,
            _ => Unknown,
        };
}
