namespace Reconciler.Operator.Intake;

/// <summary>What verification of a call came to.</summary>
internal abstract record InvocationVerdict
{
    private InvocationVerdict() { }

    public sealed record Genuine(Invocation Invocation) : InvocationVerdict;

    /// <param name="Reason">One of <see cref="RefusalReasons"/>: for the metric, never for the caller.</param>
    public sealed record Refused(string Reason) : InvocationVerdict;

    /// <summary>There are no keys to verify with: nothing is accepted, and nothing is concluded.</summary>
    public sealed record Undecided : InvocationVerdict;
}
