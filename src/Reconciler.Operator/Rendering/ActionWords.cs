using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Operator.Rendering;

/// <summary>What to call an action, and what it concerns.</summary>
internal static class ActionWords
{
    public static string Word(this PlannedAction action) => action switch
    {
        PlannedAction.Create => "create",
        PlannedAction.Update => "update",
        PlannedAction.Delete => "delete",
        PlannedAction.DeleteOrphan => "deleteOrphan",
        PlannedAction.Prune => "prune",
        PlannedAction.Bind => "bind",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    public static ModuleOwner? Owner(this PlannedAction action) => action switch
    {
        PlannedAction.Create create => create.Module.Owner,
        PlannedAction.Update update => update.Module.Owner,
        PlannedAction.Bind bind => bind.Module.Owner,
        PlannedAction.Delete delete => delete.Owner,
        _ => null,
    };

    public static string? Type(this PlannedAction action) => action switch
    {
        PlannedAction.Create create => create.Module.Content.Type,
        PlannedAction.Update update => update.Module.Content.Type,
        PlannedAction.Bind bind => bind.Module.Content.Type,
        _ => null,
    };

    public static string? Key(this PlannedAction action) => action switch
    {
        PlannedAction.Create create => create.Key,
        PlannedAction.Update update => update.Key,
        PlannedAction.Bind bind => bind.Key,
        PlannedAction.Delete delete => delete.Key,
        PlannedAction.DeleteOrphan orphan => orphan.Key,
        PlannedAction.Prune prune => prune.Key,
        _ => null,
    };

    public static Mark Mark(this PlannedAction action) => action switch
    {
        PlannedAction.Create => Rendering.Mark.Create,
        PlannedAction.Update => Rendering.Mark.Update,
        PlannedAction.Bind => Rendering.Mark.Bind,
        _ => Rendering.Mark.Delete,
    };
}

/// <summary>The sign before a line.</summary>
internal enum Mark { Create, Update, Delete, Bind, Refused, Waiting, Done, None }
