using System.Text.Json;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Operator.Rendering;

/// <summary>One changed field of an update. Values are JSON text; null means absent.</summary>
internal sealed record FieldChange(string Path, string? From, string? To);

/// <summary>Field by field, what an update replaces by what. Objects are compared member by member, lists as a whole.
/// </summary>
internal static class ContentDiff
{
    public static List<FieldChange> Of(PlannedAction.Update update) =>
        Of(update.Observed, update.Module.Content);

    public static List<FieldChange> Of(ModuleContent observed, ModuleContent desired)
    {
        using var from = JsonDocument.Parse(observed.Data);
        using var to = JsonDocument.Parse(desired.Data);
        var changes = new List<FieldChange>();
        Compare("", from.RootElement, to.RootElement, changes);
        return changes;
    }

    private static void Compare(string path, JsonElement from, JsonElement to, List<FieldChange> changes)
    {
        if (from.ValueKind != JsonValueKind.Object || to.ValueKind != JsonValueKind.Object)
        {
            if (from.GetRawText() != to.GetRawText())
            {
                changes.Add(new FieldChange(path, from.GetRawText(), to.GetRawText()));
            }

            return;
        }

        var names = from.EnumerateObject().Concat(to.EnumerateObject()).Select(member => member.Name)
            .ToSortedSet();
        foreach (var name in names)
        {
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            var before = from.TryGetProperty(name, out var old);
            var after = to.TryGetProperty(name, out var next);
            if (before && after)
            {
                Compare(inner, old, next, changes);
            }
            else
            {
                changes.Add(new FieldChange(inner, before ? old.GetRawText() : null, after ? next.GetRawText() : null));
            }
        }
    }

    private static SortedSet<string> ToSortedSet(this IEnumerable<string> names) => new(names, StringComparer.Ordinal);
}
