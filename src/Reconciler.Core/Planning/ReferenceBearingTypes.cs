using System.Collections.Frozen;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// Module types whose key user content refers to: a new key orphans that content and a delete hides user data
/// (reference.md §10). They are held, not recreated, when missing, and never deleted by inference.
/// </summary>
public static class ReferenceBearingTypes
{
    private static readonly FrozenSet<string> Types = new[]
    {
        // Forge (reference.md §5.4, §5.6).
        "jira:customField", "jira:customFieldType", "jira:entityProperty", "macro", "confluence:contentBylineItem",

        // Connect (reference.md §7.5).
        "jiraIssueFields", "dynamicContentMacros", "staticContentMacros", "contentBylineItems",
        "confluenceContentProperties", "jiraEntityProperties",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Contains(string type) => Types.Contains(type);

    /// <summary>What happens when the module of <paramref name="module"/> has vanished.</summary>
    public static MissingPolicy MissingPolicyOf(DesiredModule module) =>
        module.OnMissing ?? (Contains(module.Content.Type) ? MissingPolicy.Hold : MissingPolicy.Recreate);
}
