using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Operator.Control;
using Reconciler.Operator.Rendering;
using DriftedModule = Reconciler.Core.Planning.DriftedModule;
using Plan = Reconciler.Core.Planning.Plan;
using PlannedAction = Reconciler.Core.Planning.PlannedAction;

namespace Reconciler.Operator.Console;

/// <summary>A pass as cards: each action with its diff and how it ended,
/// and the drift that is left alone. Pure.</summary>
internal static class PassCards
{
    private const int CardsMax = 100;
    private const int DiffLinesMax = 200;

    public static PassCard? Of(PassNote? note)
    {
        if (note is null)
        {
            return null;
        }

        var (plan, result) = (note.Result.Plan, note.Result);
        var drift = LeftAlone(result);
        var actions = (plan?.Actions.Length ?? 0) + (plan?.Held.Length ?? 0);
        return new PassCard
        {
            Number = note.Number,
            At = note.At,
            Reason = result.Installation.Reason,
            Message = result.Installation.Message,
            Hash = plan?.Hash is { Length: > 0 } hash ? hash : null,
            Actions = plan is null ? [] : [.. Actions(plan, result).Take(CardsMax)],
            ActionsLeftOut = Math.Max(0, actions - CardsMax),
            Drift = [.. drift.Take(CardsMax).Select(module => Card(module, result))],
            DriftLeftOut = Math.Max(0, drift.Length - CardsMax),
        };
    }

    /// <summary>What the note knows of one module's difference; empty when there is none.</summary>
    public static (ImmutableArray<string> Lines, string? About) DiffOf(PassNote? note, string uid)
    {
        if (note is null)
        {
            return ([], null);
        }

        var result = note.Result;
        if (result.Plan is { } plan
            && Actions(plan, result, uid).FirstOrDefault(card => !card.Diff.IsEmpty) is { } action)
        {
            return (action.Diff, $"{action.Word}, {action.Outcome}: {action.Problem ?? action.Reason}");
        }

        return result.Drifted.FirstOrDefault(module => module.Desired.Owner.Uid == uid) is { } drifted
            ? (Diff(drifted), Card(drifted, result).Message)
            : ([], null);
    }

    private static IEnumerable<ActionCard> Actions(Plan plan, PassResult result, string? uid = null)
    {
        var executed = new Dictionary<PlannedAction, ExecutedAction>();
        foreach (var step in result.Executed)
        {
            executed[step.Action] = step;
        }

        foreach (var action in plan.Actions.Where(IsAsked))
        {
            var step = executed.GetValueOrDefault(action);
            var outcome = step switch
            {
                null => "unsent",
                { Unknown: true } => "unknown",
                { Fault: not null } => "refused",
                _ => "done",
            };
            yield return Card(action, outcome, step?.Fault?.Message, step?.Key);
        }

        foreach (var held in plan.Held.Where(held => IsAsked(held.Action)))
        {
            yield return Card(held.Action, "withheld", $"{held.Reason}: {held.Message}", null);
        }

        bool IsAsked(PlannedAction action) => uid is null || action.Owner()?.Uid == uid;
    }

    private static ActionCard Card(PlannedAction action, string outcome, string? problem, string? key)
    {
        var diff = action switch
        {
            PlannedAction.Create create => JsonDiff.Of(null, create.Module.Content, DiffLinesMax),
            PlannedAction.Update update => JsonDiff.Of(update.Observed, update.Module.Content, DiffLinesMax),
            _ => [],
        };
        return new(
            Sign(action.Mark()), action.Word(), action.Owner()?.Namespace, action.Owner()?.Name, action.Type(),
            action.Key() ?? key, action.Rule, action.Reason, outcome, problem, diff);
    }

    private static ImmutableArray<DriftedModule> LeftAlone(PassResult result)
    {
        var acting = (result.Plan?.Actions ?? []).Concat((result.Plan?.Held ?? []).Select(held => held.Action))
            .Select(action => action.Owner()?.Uid)
            .ToHashSet(StringComparer.Ordinal);
        return [.. result.Drifted.Where(module => !acting.Contains(module.Desired.Owner.Uid))];
    }

    private static DriftCard Card(DriftedModule module, PassResult result)
    {
        var owner = module.Desired.Owner;
        var verdict = result.Verdicts.FirstOrDefault(verdict => verdict.Owner.Uid == owner.Uid);
        return new(
            owner.Namespace, owner.Name, module.Desired.Content.Type, module.Observed.Key, verdict?.Reason ?? "",
            verdict?.Message ?? "", Diff(module));
    }

    private static ImmutableArray<string> Diff(DriftedModule module) =>
        JsonDiff.Of(module.Observed.Content, module.Desired.Content, DiffLinesMax);

    private static string Sign(Mark mark) => mark switch
    {
        Mark.Create => "+",
        Mark.Update => "~",
        Mark.Bind => "=",
        _ => "-",
    };
}
