using System.Text;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Tests.Planning;

/// <summary>A plan as lines for people and diffs; fingerprints are cut short.</summary>
internal static class PlanText
{
    public static string Of(Plan plan, Resolution resolution)
    {
        var text = new StringBuilder();
        Section(text, "actions", plan.Actions.Select(action => $"{action.Rule,-5}{Describe(action)}"));
        Section(text, "held", plan.Held.Select(held => $"{held.Reason}: {Describe(held.Action)}. {held.Message}"));
        Section(text, "verdicts", plan.Verdicts.Select(verdict =>
            $"{verdict.Owner.Name,-8}{verdict.Progress,-12}{verdict.Reason,-22}{verdict.Rule,-5}{verdict.Message}"));
        Section(
            text, "ledger", resolution.Ledger.Journal.Select(line => $"{line.Rule,-5}{line.OwnerUid}: {line.Message}"));
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<string> lines)
    {
        text.Append(title).Append('\n');
        foreach (var line in lines)
        {
            text.Append("  ").Append(line).Append('\n');
        }
    }

    private static string Describe(PlannedAction action) =>
        string.Join(' ', [Kind(action), .. new[] { action.Owner()?.Name, action.Key() }.OfType<string>()]);

    private static string Kind(PlannedAction action) => action switch
    {
        PlannedAction.Create => "register",
        PlannedAction.Update => "update",
        PlannedAction.Bind => "bind",
        PlannedAction.Delete => "delete",
        PlannedAction.DeleteOrphan => "delete orphan",
        PlannedAction.Prune => "prune",
        _ => action.GetType().Name,
    };
}
