using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>Label and field selectors by equality, inequality and presence: <c>a=b,c!=d,e</c>.</summary>
internal static class FakeSelector
{
    public static bool Matches(JsonObject candidate, string? fieldSelector, string? labelSelector) =>
        Terms(fieldSelector).All(term => Holds(term, path => Field(candidate, path)))
        && Terms(labelSelector).All(term => Holds(term, key => Label(candidate, key)));

    private static string[] Terms(string? selector) =>
        selector?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool Holds(string term, Func<string, string?> read)
    {
        var separator = term.Contains("!=", StringComparison.Ordinal) ? "!="
            : term.Contains("==", StringComparison.Ordinal) ? "=="
            : "=";
        var parts = term.Split(separator, 2);
        return parts.Length == 1
            ? read(parts[0]) is not null
            : (read(parts[0]) ?? "") == parts[1] == (separator != "!=");
    }

    private static string? Label(JsonObject candidate, string key) =>
        (candidate.Meta()["labels"] as JsonObject)?[key]?.GetValue<string>();

    private static string? Field(JsonObject candidate, string path)
    {
        JsonNode? node = candidate;
        foreach (var part in path.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node?.ToString();
    }
}
