using System.Collections.Immutable;
using System.Text.Json;
using Reconciler.Core.Modules;

namespace Reconciler.Core.ModuleRules;

/// <summary>
/// Compares the data of a module with what is documented for its type. Advice only: the remote may know more than the
/// documents, so nothing is ever refused because of it (issue 3/4, item 4).
/// </summary>
public static class DataRules
{
    /// <summary>Types with rules, ordinal.</summary>
    public static ImmutableArray<string> TypesOf(RemoteApi api) => [.. TableOf(api).ByType.Keys];

    /// <returns>What is not as documented, in the order of the document; empty when all is.</returns>
    public static ImmutableArray<Advice> Check(RemoteApi api, string type, JsonElement data)
    {
        var table = TableOf(api);
        if (!table.ByType.TryGetValue(type, out var shape))
        {
            return
            [
                new(AdviceWeight.Warning, [], $"is not checked: type {type} is not among those known to be dynamic"),
            ];
        }

        var found = ShapeCheck.Compare(data, shape, table.IsClosed, []);
        return data.ValueKind == JsonValueKind.Object ? found.AddRange(CrossChecks(type, data)) : found;
    }

    /// <summary>Rules over more than one field.</summary>
    private static IEnumerable<Advice> CrossChecks(string type, JsonElement data)
    {
        // X15: one page shows ignoreSelf with a Confluence event, the linter of the platform wants Jira events only.
        if (type == "trigger" && HasIgnoreSelf(data) && EventsOf(data).Any(name => !name.Contains("jira")))
        {
            yield return new(
                AdviceWeight.Warning, ["filter", "ignoreSelf"],
                "is documented for Jira events only; not all events are");
        }

        if (type is "jira:customField" or "jira:customFieldType" && IsObjectWithoutFormatter(data))
        {
            yield return new(
                AdviceWeight.Error, [], "lacks a formatter, which type object requires: add view.formatter");
        }
    }

    private static bool HasIgnoreSelf(JsonElement data) =>
        Find(data, "filter") is { } filter && Find(filter, "ignoreSelf") is not null;

    private static IEnumerable<string> EventsOf(JsonElement data) =>
        Find(data, "events") is { ValueKind: JsonValueKind.Array } events
            ? events.EnumerateArray()
                .Select(item => item.ValueKind == JsonValueKind.String ? item : Find(item, "eventType"))
                .Where(name => name is { ValueKind: JsonValueKind.String })
                .Select(name => name!.Value.GetString()!)
            : [];

    private static bool IsObjectWithoutFormatter(JsonElement data) =>
        Find(data, "type") is { ValueKind: JsonValueKind.String } type && type.ValueEquals("object")
        && Find(data, "formatter") is null && (Find(data, "view") is not { } view || Find(view, "formatter") is null);

    private static JsonElement? Find(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    private static ShapeTable TableOf(RemoteApi api) =>
        api is RemoteApi.ConnectJira or RemoteApi.ConnectConfluence ? ShapeTable.Connect : ShapeTable.Forge;
}
