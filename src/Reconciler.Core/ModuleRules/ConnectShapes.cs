namespace Reconciler.Core.ModuleRules;

/// <summary>
/// What Connect requires of the types that may be dynamic. Only the certain fields are checked and others pass: the
/// lists of types are not public as a whole, and each type has many fields.
/// </summary>
internal static class ConnectShapes
{
    public const string Parts = """
        name = text | { value*: text<=1500, i18n: text<=300 };
        """;

    public const string Types = """
        webItems = { name*: @name, location*: text };
        webPanels = { name*: @name, location*: text, url*: text };
        webhooks = { event*: text, url*: text };
        jiraEntityProperties = { name*: @name, entityType: 'issue' | 'user' | 'project' };
        jiraIssueFields = { name*: @name, description*: @name,
          type*: 'string' | 'text' | 'rich_text' | 'single_select' | 'multi_select' | 'number' | 'read_only' };
        jiraIssueContexts = { icon*: any, name*: @name, content*: any, target*: any };
        jiraIssueGlances = { icon*: any, name*: @name, content*: any, target*: any };
        jiraIssueContents = { icon*: any, tooltip*: any, name*: @name, target*: any };
        confluenceContentProperties = { name*: @name };
        dynamicContentMacros = { name*: @name, url*: text };
        staticContentMacros = { name*: @name, url*: text };
        contentBylineItems = { name*: @name };
        """;
}
