using Reconciler.Core.Execution;
using Reconciler.Operator.Control;

namespace Reconciler.Operator.Hosting;

/// <summary>What the operator takes from the world outside besides its cluster and its clock: the wire to the remotes
/// and chance. The process passes real ones, the simulation its own.</summary>
/// <param name="Remote">Owned and disposed by whoever composes.</param>
/// <param name="NextRandom">0 ≤ value &lt; 1, for jitter.</param>
/// <param name="NewAttemptId">A name that no attempt ever had.</param>
internal sealed record Surroundings(HttpMessageInvoker Remote, Func<double> NextRandom, Func<string> NewAttemptId)
{
    /// <summary>Passes' tuning; tests of the protocol's own checkers change its rules, nothing else may.</summary>
    public PassOptions Pass { get; init; } = new();

    /// <summary>Longest a pass may take; only a test of what becomes of a pass that is cut off changes it.</summary>
    public TimeSpan PassDeadline { get; init; } = ControlOptions.UsualPassDeadline;
}
