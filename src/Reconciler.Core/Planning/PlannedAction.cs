using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// One thing to do, with the reason and the rule that decided it (T1…T12 of crash-safety.md §5, or a planner rule).
/// Deletes come first, then updates, then creates; inside a kind the order is ordinal by owner.
/// </summary>
public abstract record PlannedAction(string Rule, string Reason)
{
    /// <summary>Delete the remote module of a deleted DynamicModule (T10).</summary>
    public sealed record Delete(ModuleOwner Owner, string Key, string Rule, string Reason)
        : PlannedAction(Rule, Reason);

    /// <summary>Delete a module we owe a delete: a compensated duplicate, an abandoned create (T11).</summary>
    public sealed record DeleteOrphan(string Key, string Rule, string Reason) : PlannedAction(Rule, Reason);

    /// <summary>Delete an unmanaged module: Exclusive ownership only.</summary>
    public sealed record Prune(string Key, string Rule, string Reason) : PlannedAction(Rule, Reason);

    /// <summary>Change a bound module in place (T8). <paramref name="Observed"/> is what the remote holds
    /// now.</summary>
    public sealed record Update(DesiredModule Module, string Key, ModuleContent Observed, string Rule, string Reason)
        : PlannedAction(Rule, Reason)
    {
        /// <summary>The former definition is registered again after a replacement that was refused (T8r).</summary>
        public bool Restores => Rule == RuleIds.FinishReplacement && Observed.Equals(Module.Content);
    }

    /// <summary>Bind an existing remote module without writing to the remote (T2).</summary>
    public sealed record Bind(DesiredModule Module, string Key, string Rule, string Reason)
        : PlannedAction(Rule, Reason);

    /// <summary>Register a new module (T3). <paramref name="Key"/> on client-keyed APIs only.</summary>
    public sealed record Create(DesiredModule Module, string? Key, string Rule, string Reason)
        : PlannedAction(Rule, Reason);
}
