using System.Globalization;
using Reconciler.Operator.Migration;

namespace Reconciler.Operator.Rendering;

/// <summary>A migration for people.</summary>
internal sealed class TextMigrationView(Paper paper) : IMigrationView
{
    public void Plan(MigrationPlan plan)
    {
        ShowPlan(plan);
        paper.Line(plan.HasWork
            ? "Nothing was changed. Run it with --yes to move them."
            : "Nothing to move.");
    }

    public void Reached(MigratedModule module)
    {
        switch (module.Stage)
        {
            case MigrationStage.Planned:
                paper.Line($"{module.Owner}: registered again on the old side as {module.Old.Key}", Mark.Refused, 2);
                break;
            case MigrationStage.Gap:
                paper.Line($"{module.Owner}: no room, deleting {module.Old.Key} first", Mark.Delete, 2);
                break;
            case MigrationStage.Created:
                paper.Line($"{module.Owner}: {module.New.Type} is listed as {module.New.Key}", Mark.Create, 2);
                break;
            default:
                paper.Line(
                    module.KeepOld
                        ? $"{module.Owner}: {module.Old.Key} is kept (deletionPolicy: Orphan)"
                        : $"{module.Owner}: {module.Old.Type} {module.Old.Key} is deleted",
                    Mark.Done, 2);
                break;
        }
    }

    public void Waiting(string why, TimeSpan pause) => paper.Line(
        string.Create(CultureInfo.InvariantCulture, $"waiting {pause.TotalSeconds:0.#} s: {why.TrimEnd('.')}"),
        Mark.Waiting, 2);

    public void End(MigrationPlan plan, MigrationReport report, Rewriting rewriting)
    {
        foreach (var (owner, problem) in report.Problems.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal))
        {
            paper.Line($"{owner}: {problem}", Mark.Refused, 2);
        }

        ShowLeftBehind(plan);
        foreach (var file in rewriting.Files)
        {
            paper.Line($"wrote {file}");
        }

        foreach (var note in rewriting.Notes)
        {
            paper.Line(note);
        }

        if (report.WantsGap)
        {
            paper.Line(
                "The new side is full and the old modules count with it: run again with --allow-gap to delete an old "
                + "module before its new one exists, one at a time.");
        }

        var moved = report.Record.Modules.Count(module => module.Stage == MigrationStage.Moved);
        paper.Line($"{moved} of {plan.Items.Length} modules moved.");
    }

    private void ShowPlan(MigrationPlan plan)
    {
        paper.Heading($"{Side(plan.From)} → {Side(plan.To)}");
        foreach (var item in plan.Items.Where(item => item.Step is MigrationStep.Move or MigrationStep.Finish))
        {
            var module = item.Module!;
            var stage = item.Step == MigrationStep.Finish ? $" (goes on: {module.Stage})" : "";
            paper.Line(
                $"{item.Owner}: {module.Old.Type} {module.Old.Key} → {module.New.Type}{stage}", Mark.Update, 2);
        }

        ShowLeftBehind(plan);
        var moves = plan.Count(MigrationStep.Move) + plan.Count(MigrationStep.Finish);
        paper.Line(
            $"Plan: {moves} to move, {plan.Count(MigrationStep.Moved)} moved before, "
            + $"{plan.Count(MigrationStep.Unmapped)} cannot be moved, {plan.Count(MigrationStep.Skipped)} stay behind; "
            + $"{plan.Room.Used} of {plan.Room.Quota} modules exist on the new side.");
    }

    private void ShowLeftBehind(MigrationPlan plan)
    {
        foreach (var item in plan.Items.Where(item => item.Step == MigrationStep.Unmapped))
        {
            paper.Line($"{item.Owner} ({item.OldType}): {item.Reason}", Mark.Refused, 2);
        }

        foreach (var item in plan.Items.Where(item => item.Step == MigrationStep.Skipped))
        {
            paper.Line($"{item.Owner} ({item.OldType}): stays behind: {item.Reason}", Mark.Waiting, 2);
        }
    }

    private static string Side(RecordedSide side) => $"{side.Namespace}/{side.Name} ({side.Api}, {side.Address})";
}
