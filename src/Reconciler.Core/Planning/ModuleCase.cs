using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>One module with all a check may look at.</summary>
/// <param name="Claimed">Keys taken by the ledger or by a module decided before this one.</param>
internal sealed record ModuleCase(
    DesiredModule Module, LedgerEntry? Entry, Finding? Finding, Resolution Resolution, Situation Situation,
    ImmutableSortedSet<string> Claimed)
{
    public Installation Installation => Situation.Installation;

    public string? ClientKey => ClientKeys.For(Situation.Installation, Module);

    /// <summary>The remote module behind the entry.</summary>
    public ObservedModule? Bound => Entry?.Key is { } key ? Situation.Observed.GetValueOrDefault(key) : null;

    public Decision Stand(Progress progress, string reason, string message, string rule, TimeSpan? wakeAfter = null) =>
        new(Verdict(progress, reason, message, rule) with { WakeAfter = wakeAfter });

    public Decision Act(string reason, string message, params ImmutableArray<PlannedAction> actions) =>
        new(Verdict(Progress.Reconciling, reason, message, actions[0].Rule)) { Actions = actions };

    public ModuleVerdict Verdict(Progress progress, string reason, string message, string rule) =>
        new(Module.Owner, progress, reason, message, rule) { Key = Entry?.Key, Applied = Entry?.Applied };
}

/// <summary>What a check decided: where the module stands, and what to do about it.</summary>
internal sealed record Decision(ModuleVerdict Verdict)
{
    public ImmutableArray<PlannedAction> Actions { get; init; } = [];
}

/// <summary>A named check: null when it has nothing to say and the next one is asked.</summary>
internal delegate Decision? Check(ModuleCase module);
