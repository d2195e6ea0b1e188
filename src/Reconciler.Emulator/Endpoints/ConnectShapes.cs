using System.Text.Json;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The least each Connect module needs (reference §7.5); unknown groups need only a key.</summary>
internal static class ConnectShapes
{
    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["webItems"] = ["name", "location"],
        ["webPanels"] = ["name", "location", "url"],
        ["webhooks"] = ["event", "url"],
        ["jiraEntityProperties"] = ["name"],
        ["jiraIssueFields"] = ["name", "description", "type"],
        ["jiraIssueContexts"] = ["icon", "name", "content", "target"],
        ["jiraIssueGlances"] = ["icon", "name", "content", "target"],
        ["jiraIssueContents"] = ["icon", "tooltip", "name", "target"],
        ["confluenceContentProperties"] = ["name"],
        ["dynamicContentMacros"] = ["name", "url"],
        ["staticContentMacros"] = ["name", "url"],
        ["contentBylineItems"] = ["name"],
    };

    /// <summary>What is missing, or null.</summary>
    public static string? Explain(string type, string key, JsonElement data)
    {
        string? missing = Required.GetValueOrDefault(type)?.FirstOrDefault(name => !data.TryGetProperty(name, out _));
        return missing is null ? null : $"{type} '{key}' lacks the property {missing}";
    }
}
