using System.Text.Json;

namespace Reconciler.Emulator.Endpoints;

/// <summary>
/// The parts of reference §5.3–§5.6 that tell a module from nonsense: required properties and exclusive choices.
/// The remote may check more; unknown properties pass except in a trigger, whose shape is closed.
/// </summary>
internal static class ModuleShapes
{
    private static readonly string[] Ui = ["resource", "function"];

    private static readonly Dictionary<string, Shape> Shapes = new(StringComparer.Ordinal)
    {
        ["jira:issueAction"] = new(["title"], Ui),
        ["jira:issueActivity"] = new(["title"], Ui),
        ["jira:issuePanel"] = new(["title", "icon"], Ui),
        ["jira:issueContext"] = new(["title", "label"], Ui),
        ["jira:customField"] = new(["name", "description", "type"], []),
        ["jira:customFieldType"] = new(["name", "description", "type"], []),
        ["jira:jqlFunction"] = new(["name", "arguments", "types", "operators"], ["function", "endpoint"]),
        ["jira:entityProperty"] = new(["propertyKey", "values"], []),
        ["jiraServiceManagement:portalHeader"] = new([], Ui),
        ["jiraServiceManagement:portalRequestViewAction"] = new(["title"], Ui),
        ["jiraServiceManagement:portalRequestDetail"] = new(["title"], Ui),
        ["macro"] = new(["title"], Ui),
        ["confluence:contextMenu"] = new(["title"], Ui),
        ["confluence:contentAction"] = new(["title"], Ui),
        ["confluence:contentBylineItem"] = new(["title"], Ui),
        ["confluence:contentProperty"] = new(["propertyKey", "values"], []),
    };

    private static readonly string[] TriggerProperties = ["events", "function", "endpoint", "filter", "payload", "key"];

    /// <summary>The path and the reason of the first fault, or null.</summary>
    public static string? Explain(string type, JsonElement data)
    {
        if (type == "trigger")
        {
            return ExplainTrigger(data);
        }

        if (!Shapes.TryGetValue(type, out Shape? shape))
        {
            return null;
        }

        string? missing = shape.Required.FirstOrDefault(name => !data.TryGetProperty(name, out _));
        return missing is null ? ExplainChoice(data, shape.OneOf) : $"data.{missing} is required";
    }

    private static string? ExplainTrigger(JsonElement data)
    {
        foreach (JsonProperty property in data.EnumerateObject())
        {
            if (!TriggerProperties.Contains(property.Name, StringComparer.Ordinal))
            {
                return $"data.{property.Name} is not allowed in a trigger";
            }
        }

        if (!data.TryGetProperty("events", out JsonElement events)
            || events.ValueKind != JsonValueKind.Array
            || events.GetArrayLength() == 0)
        {
            return "data.events must be an array with at least one event";
        }

        return ExplainChoice(data, ["function", "endpoint"]) ?? ExplainFilter(data);
    }

    private static string? ExplainFilter(JsonElement data)
    {
        if (!data.TryGetProperty("filter", out JsonElement filter))
        {
            return null;
        }

        string[] conditions = ["ignoreSelf", "expression", "appIsLicensed"];
        return filter.ValueKind == JsonValueKind.Object
            && conditions.Any(condition => filter.TryGetProperty(condition, out _))
            ? null
            : "data.filter needs at least one of ignoreSelf, expression, appIsLicensed";
    }

    private static string? ExplainChoice(JsonElement data, string[] oneOf)
    {
        int given = oneOf.Count(name => data.TryGetProperty(name, out _));
        return oneOf.Length == 0 || given == 1 ? null : $"data needs exactly one of {string.Join(", ", oneOf)}";
    }

    private sealed record Shape(string[] Required, string[] OneOf);
}
