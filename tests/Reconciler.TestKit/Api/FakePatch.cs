using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>JSON merge patch (RFC 7386) and JSON patch (RFC 6902: test, add, replace, remove).</summary>
internal static class FakePatch
{
    public static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                target[name] = Merge(target[name] as JsonObject ?? [], inner).Copy();
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }

        return target;
    }

    public static JsonObject Apply(JsonObject target, JsonArray steps)
    {
        foreach (var step in steps.Select(node => node!.AsObject()))
        {
            var path = step.Text("path").Split('/')[1..]
                .Select(part => part.Replace("~1", "/", StringComparison.Ordinal)
                    .Replace("~0", "~", StringComparison.Ordinal))
                .ToArray();
            var parent = path[..^1].Aggregate((JsonNode?)target, Child);
            ApplyStep(step.Text("op"), parent, path[^1], step["value"], step.Text("path"));
        }

        return target;
    }

    private static void ApplyStep(string op, JsonNode? parent, string key, JsonNode? value, string path)
    {
        switch (op)
        {
            case "test" when JsonNode.DeepEquals(Child(parent, key), value):
                break;
            case "test":
                throw FakeStatusException.Invalid("the server rejected our request due to an error in our request");
            case "add" when parent is JsonArray array:
                array.Insert(key == "-" ? array.Count : int.Parse(key), value?.DeepClone());
                break;
            case "add" or "replace" when parent is JsonObject target:
                target[key] = value?.DeepClone();
                break;
            case "replace" when parent is JsonArray array:
                array[int.Parse(key)] = value?.DeepClone();
                break;
            case "remove" when parent is JsonArray array && int.Parse(key) < array.Count:
                array.RemoveAt(int.Parse(key));
                break;
            case "remove" when parent is JsonObject target && target.Remove(key):
                break;
            default:
                throw FakeStatusException.Invalid($"the patch step {op} {path} cannot be applied");
        }
    }

    private static JsonNode? Child(JsonNode? parent, string key) => parent switch
    {
        JsonObject target => target[key],
        JsonArray array when int.TryParse(key, out var index) && index < array.Count => array[index],
        _ => null,
    };
}
