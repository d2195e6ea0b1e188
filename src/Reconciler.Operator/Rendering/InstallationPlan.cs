using System.Collections.Immutable;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Operator.Rendering;

/// <summary>The plan of one installation with what a reader needs around it.</summary>
/// <param name="Address">Base address of the remote.</param>
internal sealed record InstallationPlan(
    Installation Installation, Uri Address, ImmutableArray<DesiredModule> Desired, Plan Plan)
{
    /// <summary>Verdicts without an action of their own that a person should read: refused, waiting, suspended.
    /// </summary>
    public IEnumerable<ModuleVerdict> Notes
    {
        get
        {
            var acting = Plan.Actions.Concat(Plan.Held.Select(held => held.Action))
                .Select(action => action.Owner()?.Uid)
                .ToHashSet(StringComparer.Ordinal);
            return Plan.Verdicts.Where(verdict =>
                verdict.Progress != Progress.Ready && !verdict.Released && !acting.Contains(verdict.Owner.Uid));
        }
    }

    public PlanTally Tally => new(
        Plan.Actions.Count(action => action is PlannedAction.Create),
        Plan.Actions.Count(action => action is PlannedAction.Update),
        Plan.Actions.Count(action =>
            action is PlannedAction.Delete or PlannedAction.DeleteOrphan or PlannedAction.Prune),
        Plan.Actions.Count(action => action is PlannedAction.Bind),
        Plan.Held.Length,
        Notes.Count(verdict => verdict.Progress == Progress.Stalled),
        Notes.Count(verdict => verdict.Progress == Progress.Reconciling),
        Plan.Verdicts.Count(verdict => verdict.Progress == Progress.Ready));

    public DesiredModule? Find(ModuleOwner owner) => Desired.FirstOrDefault(module => module.Owner.Uid == owner.Uid);
}

/// <summary>How many of each.</summary>
/// <param name="Held">Withheld by policy.</param>
/// <param name="Refused">A person must act.</param>
/// <param name="Waiting">Time resolves it.</param>
internal sealed record PlanTally(
    int Creates, int Updates, int Deletes, int Binds, int Held, int Refused, int Waiting, int Unchanged)
{
    public bool IsEmpty => Creates + Updates + Deletes + Binds + Held + Refused + Waiting == 0;

    public static PlanTally operator +(PlanTally left, PlanTally right) => new(
        left.Creates + right.Creates, left.Updates + right.Updates, left.Deletes + right.Deletes,
        left.Binds + right.Binds, left.Held + right.Held, left.Refused + right.Refused, left.Waiting + right.Waiting,
        left.Unchanged + right.Unchanged);

    public static PlanTally Sum(IEnumerable<InstallationPlan> plans) =>
        plans.Aggregate(new PlanTally(0, 0, 0, 0, 0, 0, 0, 0), (sum, plan) => sum + plan.Tally);
}
