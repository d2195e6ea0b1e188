using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>What policies and executors ask of any action.</summary>
public static class ActionTraits
{
    /// <summary>Execution order: deletes → binds → updates → creates.</summary>
    public static int Order(this PlannedAction action) => action switch
    {
        PlannedAction.Delete => 0,
        PlannedAction.DeleteOrphan => 1,
        PlannedAction.Prune => 2,
        PlannedAction.Bind => 3,
        PlannedAction.Update => 4,
        PlannedAction.Create => 5,
        _ => throw new InvalidOperationException($"unhandled {action.GetType().Name}"),
    };

    /// <summary>Null for what no resource owns.</summary>
    public static ModuleOwner? Owner(this PlannedAction action) => action switch
    {
        PlannedAction.Delete delete => delete.Owner,
        PlannedAction.Bind bind => bind.Module.Owner,
        PlannedAction.Update update => update.Module.Owner,
        PlannedAction.Create create => create.Module.Owner,
        _ => null,
    };

    public static string? Key(this PlannedAction action) => action switch
    {
        PlannedAction.Delete delete => delete.Key,
        PlannedAction.DeleteOrphan orphan => orphan.Key,
        PlannedAction.Prune prune => prune.Key,
        PlannedAction.Bind bind => bind.Key,
        PlannedAction.Update update => update.Key,
        PlannedAction.Create create => create.Key,
        _ => null,
    };

    /// <summary>Writes to the remote; a bind does not.</summary>
    public static bool Mutates(this PlannedAction action) => action is not PlannedAction.Bind;

    public static bool Destroys(this PlannedAction action) => action.Order() <= 2;

    /// <summary>The action as one line of the plan hash: what it does to what, not why.</summary>
    public static string Identity(this PlannedAction action)
    {
        var content = action switch
        {
            PlannedAction.Update update => update.Module.Content.Fingerprint.Value,
            PlannedAction.Create create => create.Module.Content.Fingerprint.Value,
            _ => "",
        };
        return $"{action.GetType().Name} {action.Owner()} {action.Key()} {content}";
    }
}
