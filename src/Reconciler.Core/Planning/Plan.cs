using System.Collections.Immutable;

namespace Reconciler.Core.Planning;

/// <summary>
/// The decision as a value: what would be done (<see cref="Actions"/>), and for every module where it stands and why
/// (<see cref="Verdicts"/>). The same for operator, CLI and tests.
/// </summary>
/// <param name="Actions">In execution order.</param>
/// <param name="Verdicts">One for every desired module, ordinal by owner.</param>
/// <param name="Held">Actions that policy withheld (mode, breaker, approval, drift policy, quota), with the
/// reason.</param>
/// <param name="Hash">sha256 over the mutating actions, approved and held-for-approval: what <c>approve-plan</c>
/// names. Stable between passes while the plan is the same.</param>
public sealed record Plan(
    ImmutableArray<PlannedAction> Actions, ImmutableArray<ModuleVerdict> Verdicts, ImmutableArray<HeldAction> Held,
    string Hash);

/// <summary>An action that policy withheld.</summary>
public sealed record HeldAction(PlannedAction Action, string Reason, string Message);
