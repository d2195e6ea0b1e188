using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;

namespace Reconciler.Operator.Rendering;

/// <summary>
/// Plans for people: <c>+</c> create, <c>~</c> update with each changed field, <c>-</c> delete, <c>=</c> bind,
/// <c>!</c> refused or withheld with the reason, <c>…</c> waiting. What is in sync is counted, not listed.
/// </summary>
internal sealed class TextPlanView(Paper paper) : IPlanView
{
    private const int ValueLengthMax = 160;

    public void Show(IReadOnlyList<InstallationPlan> plans)
    {
        foreach (var plan in plans)
        {
            Show(plan);
        }

        paper.Line(Summary(PlanTally.Sum(plans)));
    }

    public static string Summary(PlanTally tally)
    {
        if (tally.IsEmpty)
        {
            return $"No changes: {Modules(tally.Unchanged)} in sync.";
        }

        var parts = new List<string>
        {
            $"{tally.Creates} to create", $"{tally.Updates} to update", $"{tally.Deletes} to delete",
        };
        AddIf(parts, tally.Binds, "to bind");
        AddIf(parts, tally.Held, "withheld");
        AddIf(parts, tally.Refused, "refused");
        AddIf(parts, tally.Waiting, "waiting");
        return $"Plan: {string.Join(", ", parts)}, {tally.Unchanged} unchanged.";
    }

    private void Show(InstallationPlan plan)
    {
        paper.Heading($"Installation {plan.Installation.Key} ({plan.Installation.Api}, {plan.Address})");
        foreach (var action in plan.Plan.Actions)
        {
            Show(action);
        }

        foreach (var held in plan.Plan.Held)
        {
            paper.Line(
                $"{Describe(held.Action)}: {held.Action.Word()} withheld, {held.Reason}: {held.Message}",
                Mark.Refused, 2);
        }

        foreach (var verdict in plan.Notes)
        {
            var mark = verdict.Progress == Progress.Stalled ? Mark.Refused : Mark.Waiting;
            var type = plan.Find(verdict.Owner)?.Content.Type;
            var subject = Describe(type, verdict.Owner.ToString(), verdict.Key);
            paper.Line($"{subject}: {verdict.Reason}: {verdict.Message}", mark, 2);
        }

        if (plan.Plan.Held.Any(held => held.Reason is Reasons.ApprovalRequired or Reasons.BreakerOpen))
        {
            paper.Line($"To approve this plan: reconciler apply … --approve {plan.Plan.Hash}", Mark.None, 2);
        }
    }

    private void Show(PlannedAction action)
    {
        var why = action is PlannedAction.Create ? "" : $": {action.Reason}";
        paper.Line(Describe(action) + why, action.Mark(), 2);
        if (action is not PlannedAction.Update update)
        {
            return;
        }

        foreach (var change in ContentDiff.Of(update))
        {
            var (text, mark) = change switch
            {
                { From: null } => ($"{change.Path}: {Short(change.To!)}", Mark.Create),
                { To: null } => ($"{change.Path}: {Short(change.From)}", Mark.Delete),
                _ => ($"{change.Path}: {Short(change.From)} → {Short(change.To)}", Mark.Update),
            };
            paper.Line(text, mark, 6);
        }
    }

    private static string Describe(PlannedAction action) =>
        Describe(action.Type(), action.Owner()?.ToString(), action.Key());

    private static string Describe(string? type, string? owner, string? key) =>
        string.Join(' ', new[] { type, owner, key is null ? null : $"({key})" }.Where(part => part is not null));

    private static string Short(string value) =>
        value.Length <= ValueLengthMax ? value : $"{value[..ValueLengthMax]}… ({value.Length} characters)";

    private static string Modules(int count) => count == 1 ? "1 module" : $"{count} modules";

    private static void AddIf(List<string> parts, int count, string what)
    {
        if (count > 0)
        {
            parts.Add($"{count} {what}");
        }
    }
}
