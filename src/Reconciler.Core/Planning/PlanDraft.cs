using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>A plan in the making.</summary>
internal sealed class PlanDraft(Resolution resolution, Situation situation)
{
    private readonly List<ModuleVerdict> _verdicts = [];
    private ImmutableSortedSet<string> _claimed = resolution.Ledger.ClaimedKeys();

    public Resolution Resolution { get; } = resolution;
    public Situation Situation { get; } = situation;
    public Ledger Ledger => Resolution.Ledger;
    public List<PlannedAction> Actions { get; } = [];
    public List<HeldAction> Held { get; } = [];

    /// <summary>Keys taken by the ledger or by a decision so far.</summary>
    public ImmutableSortedSet<string> Claimed => _claimed;

    public ModuleCase CaseOf(DesiredModule module) => new(
        module, Ledger.Entries.GetValueOrDefault(module.Owner.Uid),
        Resolution.Findings.GetValueOrDefault(module.Owner.Uid), Resolution, Situation, _claimed);

    public void Add(Decision decision)
    {
        _verdicts.Add(decision.Verdict);
        foreach (var action in decision.Actions)
        {
            Add(action);
        }
    }

    public void Add(PlannedAction action)
    {
        Actions.Add(action);
        if (action is PlannedAction.Bind or PlannedAction.Create && action.Key() is { } key)
        {
            _claimed = _claimed.Add(key);
        }
    }

    /// <summary>Withholds actions; their modules say so, with the progress of the policy.</summary>
    public void Hold(IEnumerable<PlannedAction> actions, Progress progress, string reason, string message, string rule)
    {
        foreach (var action in actions.ToArray())
        {
            Actions.Remove(action);
            Held.Add(new HeldAction(action, reason, message));
            if (action.Owner() is { } owner
                && _verdicts.FindIndex(verdict => verdict.Owner == owner) is >= 0 and var at)
            {
                _verdicts[at] = _verdicts[at] with
                {
                    Progress = progress, Reason = reason, Message = message, Rule = rule, Released = false,
                };
            }
        }
    }

    public IEnumerable<PlannedAction> InOrder() => Actions
        .OrderBy(action => action.Order())
        .ThenBy(action => action.Owner()?.ToString() ?? "", StringComparer.Ordinal)
        .ThenBy(action => action.Key() ?? "", StringComparer.Ordinal);

    public Plan Finish(string hash) => new([.. InOrder()], [.. _verdicts], [.. Held], hash);
}
