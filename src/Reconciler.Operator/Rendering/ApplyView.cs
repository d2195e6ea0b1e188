using Reconciler.Core.Execution;
using Reconciler.Core.Planning;

namespace Reconciler.Operator.Rendering;

/// <summary>Tells what an apply did, line by line as it happens.</summary>
internal sealed class ApplyView(Paper paper)
{
    public void Executed(PassResult result)
    {
        foreach (var step in result.Executed)
        {
            var subject = step.Action.Owner()?.ToString() ?? step.Key;
            if (step.Unknown)
            {
                paper.Line(
                    $"{subject}: the answer to {step.Action.Word()} was lost; finding out what happened", Mark.Waiting);
            }
            else if (step.Fault is { } fault)
            {
                paper.Line($"{subject}: {step.Action.Word()} failed: {fault.Message}", Mark.Refused);
            }
            else
            {
                paper.Line($"{subject}: {Past(step.Action)} {step.Key}".TrimEnd(), step.Action.Mark());
            }
        }
    }

    public void Waiting(PassResult result, TimeSpan pause)
    {
        var seconds = Math.Ceiling(pause.TotalSeconds);
        if (seconds >= 1)
        {
            paper.Line(
                $"waiting {seconds:0} s: {result.Installation.Reason}: {result.Installation.Message}", Mark.Waiting);
        }
    }

    /// <summary>The end: what is not in sync and why, then the count.</summary>
    public void Concluded(InstallationPlan plan, PassResult result)
    {
        var unsettled = result.Verdicts.Where(verdict => !verdict.Released && verdict.Progress != Progress.Ready);
        foreach (var verdict in unsettled)
        {
            var mark = verdict.Progress == Progress.Stalled ? Mark.Refused : Mark.Waiting;
            paper.Line($"{verdict.Owner}: {verdict.Reason}: {verdict.Message}", mark);
        }

        foreach (var held in plan.Plan.Held)
        {
            var subject = held.Action.Owner()?.ToString() ?? held.Action.Key();
            paper.Line($"{subject}: {held.Action.Word()} withheld, {held.Reason}: {held.Message}", Mark.Refused);
        }

        var ready = result.Verdicts.Count(verdict => verdict.Progress == Progress.Ready);
        paper.Line($"Installation {plan.Installation.Key}: {ready} of {result.Verdicts.Length} modules in sync.");
    }

    private static string Past(PlannedAction action) => action switch
    {
        PlannedAction.Create => "registered as",
        PlannedAction.Update => "updated",
        PlannedAction.Bind => "bound to",
        _ => "deleted",
    };
}
