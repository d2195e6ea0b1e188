using Reconciler.Core.Ledgers;
using Reconciler.Core.Planning;
using Reconciler.Core.Status;
using Reconciler.Core.Verdicts;

namespace Reconciler.Operator.Rendering;

/// <summary>
/// When a subject is looked at again. Derived from the record, never stored: a stored time would have to be written by
/// every pass, and a pass at rest writes nothing (M1). Exact times are only in the operator's memory.
/// </summary>
internal static class NextWake
{
    private static readonly ProtocolWindows Windows = new();

    public static string Of(WhyRecord record)
    {
        if (HasOpenCreate(record))
        {
            return $"{Open(record)} the create counts as not done after {Windows.Resolution.TotalSeconds:0} s from "
                + $"this leader's first sight and a second empty list {Windows.Consistency.TotalSeconds:0} s later; "
                + "it is bound as soon as a list shows its module";
        }

        return record.InCluster ? InCluster(record) : "at the next run of reconciler apply";
    }

    private static string Open(WhyRecord record) => record.InCluster ? "soon:" : "at the next run of reconciler apply:";

    private static bool HasOpenCreate(WhyRecord record) => record.Ledger is { } ledger
        && (record.Owner is { } owner
            ? ledger.Entries.GetValueOrDefault(owner.Uid)?.Attempt is not null
            : !ledger.OpenAttempts().IsEmpty);

    private static string InCluster(WhyRecord record)
    {
        if (record.Installation is not { } installation)
        {
            return "when the Installation appears";
        }

        if (installation.IsSuspended || record.Module?.Spec.Suspend == true)
        {
            return "none: suspended; set suspend: false to go on";
        }

        var conditions = record.Owner is null ? installation.Status.Conditions : record.Module?.Status.Conditions;
        var resync = $"at the resync, every {installation.Interval} ± 10 %";
        if (conditions?.Find(ConditionTypes.Stalled) is not null)
        {
            return $"when the spec, a policy or the annotation requestedAt changes; else {resync}";
        }

        return conditions?.Ready?.Reason switch
        {
            Reasons.AwaitingToken => $"when a credential arrives; else {resync}",
            Reasons.AuthorizationFailed => $"when the credential changes; else with growing pauses, up to 15 min",
            Reasons.RateLimited => "when the pause that the remote asked for is over",
            Reasons.RemoteUnavailable => "with growing pauses, up to 15 min",
            _ when conditions?.Find(ConditionTypes.Reconciling) is not null => "within seconds: work is under way",
            _ => $"when something changes; else {resync}",
        };
    }
}
