using System.Text.Json.Nodes;

namespace Reconciler.Simulation.Cluster;

/// <summary>The patch formats our client sends.</summary>
internal static class SimPatch
{
    /// <summary>RFC 7396. Server-side apply is treated as one, since one manager owns all it applies.</summary>
    public static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var existing = target as JsonObject ?? [];
        var result = new JsonObject();
        foreach (var (name, value) in existing)
        {
            if (!changes.TryGetPropertyValue(name, out var change))
            {
                result[name] = value?.DeepClone();
            }
            else if (change is not null)
            {
                result[name] = Merge(value, change);
            }
        }

        foreach (var (name, change) in changes)
        {
            if (change is not null && !existing.ContainsKey(name))
            {
                result[name] = Merge(null, change);
            }
        }

        return result;
    }

    /// <summary>RFC 6902 with test, add, replace and remove. False when a test fails or a path is missing.</summary>
    public static bool TryApply(JsonObject target, JsonArray operations)
    {
        foreach (var operation in operations)
        {
            var path = operation!["path"]!.GetValue<string>().Trim('/').Split('/')
                .Select(static part => part.Replace("~1", "/", StringComparison.Ordinal)
                    .Replace("~0", "~", StringComparison.Ordinal))
                .ToArray();
            if (!TryApply(target, operation["op"]!.GetValue<string>(), path, operation["value"]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryApply(JsonNode target, string op, string[] path, JsonNode? value)
    {
        JsonNode? parent = target;
        foreach (var part in path[..^1])
        {
            parent = parent is JsonArray items ? ElementAt(items, part) : (parent as JsonObject)?[part];
        }

        return (op, parent) switch
        {
            ("test", JsonObject o) => JsonNode.DeepEquals(o[path[^1]], value),
            ("test", JsonArray a) => JsonNode.DeepEquals(ElementAt(a, path[^1]), value),
            ("add" or "replace", JsonObject o) => Set(o, path[^1], value),
            ("remove", JsonObject o) => o.Remove(path[^1]),
            ("add", JsonArray a) => Insert(a, path[^1], value),
            ("remove", JsonArray a) => Remove(a, path[^1]),
            _ => false,
        };
    }

    private static JsonNode? ElementAt(JsonArray items, string index) =>
        int.TryParse(index, out var i) && i < items.Count ? items[i] : null;

    private static bool Set(JsonObject target, string name, JsonNode? value)
    {
        target[name] = value?.DeepClone();
        return true;
    }

    private static bool Insert(JsonArray target, string index, JsonNode? value)
    {
        target.Insert(index == "-" ? target.Count : int.Parse(index), value?.DeepClone());
        return true;
    }

    private static bool Remove(JsonArray target, string index)
    {
        if (!int.TryParse(index, out var i) || i >= target.Count)
        {
            return false;
        }

        target.RemoveAt(i);
        return true;
    }
}
