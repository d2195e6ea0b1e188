namespace Reconciler.Core.ModuleRules;

/// <summary>
/// The documented shapes of the Forge types that may be dynamic, after the manifest reference of
/// developer.atlassian.com. Fields that only the samples show count as documented (X20: <c>searchAlias</c>,
/// <c>icon</c>, <c>description</c>).
/// </summary>
internal static class ForgeShapes
{
    public const string Types = """
        trigger = {
          events*: [@event | { eventType*: @event, filter*: @filter, payload: @payload }],
          one(function: @extension, endpoint: @extension), filter: @filter, payload: @payload };

        jira:entityProperty = { propertyKey*: text<=255, entityType: 'issue' | 'project' | 'user',
          values*: [{ path*: text<=255, type*: @indexType, searchAlias: text~/^[a-zA-Z0-9._-]+$/ }] };
        jira:issueAction = { title*: @i18n, &ui,
          viewportSize: 'small' | 'medium' | 'large' | 'xlarge' | 'max' | 'resizable' | @size };
        jira:issueActivity = { title*: @i18n, &ui, viewportSize: @issueSize };
        jira:issuePanel = { title*: @i18n, icon*: text<=255, &ui, viewportSize: @issueSize, allowMultiple: bool,
          config: { function*: @ref } };
        jira:issueContext = { title*: @i18n, label*: @i18n, &ui, icon: text,
          status: { type*: 'badge' | 'lozenge' | 'icon', value*: { label*: any, url: text,
            type: 'default' | 'inprogress' | 'moved' | 'new' | 'removed' | 'success' } } };
        jira:jqlFunction = { name*: text, arguments*: [{ name*: text, required*: bool }], types*: [text],
          operators*: ['=' | '!=' | '>' | '>=' | '<' | '<=' | 'in' | 'not in' | '~' | '!~' | 'is' | 'is not'],
          some(function: @ref, endpoint: @ref) };
        jira:customField = { &field, migratedFromConnect: any, connectFieldProperty: any };
        jira:customFieldType = { &field, icon: text,
          contextConfig: { some(resource: @resource, function: @ref), layout: 'basic' | 'native' | 'blank' } };

        jiraServiceManagement:portalHeader = { &ui,
          viewportSize: 'xsmall' | 'small' | 'medium' | 'large' | 'xlarge',
          pages: ['help_center' | 'portal' | 'create_request' | 'view_request' | 'my_requests' | 'approvals'
            | 'profile' | 'csm_help_center'] };
        jiraServiceManagement:portalRequestDetail = { title*: @i18n, icon: text, layout: 'native' | 'basic', &ui,
          viewportSize: any };
        jiraServiceManagement:portalRequestViewAction = { title*: @i18n, icon: text, &ui,
          viewportSize: 'small' | 'medium' | 'large' | 'xlarge' | 'resizable' | @size };

        confluence:contentAction = { title*: @i18n, &ui, &confluence, viewportSize: any };
        confluence:contextMenu = { title*: @i18n, &ui, &confluence, description: @i18n,
          viewportSize: 'small' | 'medium' | 'large' };
        confluence:contentBylineItem = { title*: @i18n, tooltip: @i18n, icon: text,
          description: text<=1000 | @i18nObject, &ui, &confluence, dynamicProperties: { function*: @ref },
          contentPropertyKey: text, viewportContainer: 'popup' | 'modal',
          viewportSize: 'small' | 'medium' | 'large' | 'fullscreen' | 'resizable' | @size };
        confluence:contentProperty = { propertyKey*: text<=100~?/^[A-Za-z0-9_]+$/,
          values*: [{ path*: text<=1000, type*: @indexType, searchAlias+: text<=255~/^[a-zA-Z0-9._-]+$/,
            uiSupport: { valueType*: 'space' | 'label' | 'user' | 'contentId' | 'contentType' | 'date' | 'string'
              | 'number', name*: @i18n, defaultOperator: text, tooltip: @i18n } }] };
        macro = { title*: @i18n, &ui, description: text<=10000 | @i18nObject, icon: text, categories: [text],
          category: any, layout: 'inline' | 'block' | 'bodied' | 'inline-bodied', viewportSize: any, config: any,
          autoConvert: { matchers*: [{ pattern*: text }]+ }, adfExport: { function*: @ref },
          static: { some(function: @ref, endpoint: @ref), concurrency: any, cacheConfiguration: any },
          hidden: bool, emitsReadyEvent: bool, migratedFrom: [text]+, unlicensedAccess: @unlicensed };
        """;

    public const string Parts = """
        i18nObject = { i18n*: text<=300~/^[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*$/ };
        i18n = text | @i18nObject;
        ref = text<=255~/^[a-zA-Z0-9_-]+$/;
        extension = text<=255~/^[a-zA-Z0-9._-]+$/;
        resource = text<=47~/^[a-zA-Z0-9_-]{1,23}([\x2F][a-zA-Z0-9_-]{1,23})?$/;
        size = { width*: any, height: any };
        issueSize = 'small' | 'medium' | 'large' | 'xlarge' | 'max';
        indexType = 'number' | 'string' | 'text' | 'user' | 'date';
        unlicensed = ['unlicensed' | 'anonymous'];
        render = 'native' | 'default';
        ui = { some(resource: @resource, function: @ref), resolver: { one(function: @ref, endpoint: @ref) },
          render: @render, displayConditions: any };
        confluence = { keyboardShortcut: { accelerator*: text, description: @i18n }, unlicensedAccess: @unlicensed };
        event = text~?/^avi:([a-z0-9-]+:[a-z0-9_-]+:[A-Za-z0-9_-]+|cloud:ecosystem::event[\x2F].+)$/;
        filter = { some(ignoreSelf: bool, expression: text, appIsLicensed: bool),
          onError: 'IGNORE' | 'IGNORE_AND_LOG' | 'RECEIVE' | 'RECEIVE_AND_LOG' };
        payload = { include*: { some(propertyPaths: [text]+, fields: [text]+) } };
        formatter = { expression*: text, export: any, api: any, historyView: any, allowPrerender: any };
        validation = { expression*: text, errorMessage: any };
        field = { name*: text<=100 | @i18nObject, description*: text<=1000 | @i18nObject,
          type*: 'number' | 'string' | 'user' | 'group' | 'date' | 'datetime' | 'object',
          collection: 'none' | 'list', readOnly: bool, validation: @validation, formatter: @formatter,
          view: { resource: @resource, render: @render, formatter: @formatter, value: { function*: @ref },
            experience: any },
          edit: { resource: @resource, function: @ref, render: @render, validation: @validation, parser: any,
            experience: any, isInline: bool },
          resolver: any, value: any, searchSuggestions: { some(function: @ref, expression: text) }, parser: any,
          schema: any, searchAlias: text, isUIModificationsEnabled: bool, displayConditions: any };
        """;
}
