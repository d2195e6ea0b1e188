namespace Reconciler.Emulator.Settings;

/// <summary>The 17 types with a "Dynamic module" section in the public pages (reference §5.1).</summary>
public static class ForgeModuleTypes
{
    public static IReadOnlyList<string> Dynamic { get; } =
    [
        "trigger",
        "jira:issueAction",
        "jira:issueActivity",
        "jira:issuePanel",
        "jira:issueContext",
        "jira:customField",
        "jira:customFieldType",
        "jira:jqlFunction",
        "jira:entityProperty",
        "jiraServiceManagement:portalHeader",
        "jiraServiceManagement:portalRequestViewAction",
        "jiraServiceManagement:portalRequestDetail",
        "macro",
        "confluence:contextMenu",
        "confluence:contentAction",
        "confluence:contentBylineItem",
        "confluence:contentProperty",
    ];
}
