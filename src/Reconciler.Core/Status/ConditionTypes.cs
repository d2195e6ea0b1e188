namespace Reconciler.Core.Status;

/// <summary>
/// The condition types we own, by the conventions of kstatus: Ready is always present; Reconciling and Stalled are
/// abnormal-true and present only while true.
/// </summary>
public static class ConditionTypes
{
    public const string Ready = nameof(Ready);
    public const string Reconciling = nameof(Reconciling);
    public const string Stalled = nameof(Stalled);

    /// <summary>Abnormal-true, and only advice: the data is not as documented. It never touches Ready.</summary>
    public const string DataWarning = nameof(DataWarning);
}
