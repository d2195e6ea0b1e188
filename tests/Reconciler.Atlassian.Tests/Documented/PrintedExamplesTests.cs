using System.Text;
using Reconciler.Atlassian.Connect;
using Reconciler.Atlassian.Credentials;
using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Tests.Documented;

/// <summary>Every body that a public page prints is read as the page means it.</summary>
public sealed class PrintedExamplesTests
{
    private const string First = """
        { "key": "a-dynamic-module", "type": "trigger", "data": { "key": "a-dynamic-module",
          "function": "jira-updated-issue-handler", "events": [ "avi:jira:updated:issue" ] } }
        """;

    private const string Second = """
        { "key": "another-dynamic-module", "type": "trigger", "data": { "filter": {
          "expression": "event.issue.fields?.issuetype.name == 'Bug'", "onError": "RECEIVE_AND_LOG" },
          "key": "another-dynamic-module", "endpoint": "some-endpoint", "events": [ "avi:jira:updated:issue" ] } }
        """;

    private const string Jira = """
        { "jiraEntityProperties": [ { "keyConfigurations": [ { "extractions": [ { "objectName": "extension",
          "type": "text", "alias": "attachmentExtension" } ], "propertyKey": "attachment" } ], "entityType": "issue",
          "name": { "value": "Attachment Index Document" }, "key": "dynamic-attachment-entity-property" } ],
          "jiraIssueFields": [ { "description": { "value": "A dynamically added single-select field" },
          "type": "single_select", "extractions": [ { "path": "category", "type": "text", "name": "categoryName" } ],
          "name": { "value": "Dynamic single select" }, "key": "dynamic-select-field" } ] }
        """;

    private const string Confluence = """
        { "webItems": [ { "key": "my-webitem", "location": "system.admin/globalsettings", "url": "/my-webitem",
          "name": { "value": "My Web Item" } } ] }
        """;

    [Theory]
    [InlineData("[" + First + "," + Second + "]")]
    [InlineData(First + "," + Second)]
    [InlineData("{\"result\":[" + First + "," + Second + "],\"lastEvaluatedKey\":\"<string>\"}")]
    public void X1_the_Forge_lists_as_printed_by_v2_v1_and_containers(string body)
    {
        var modules = ListPageParser.Parse(Encoding.UTF8.GetBytes(body), ReplyHeaders.Empty).Modules;
        Assert.Equal(["a-dynamic-module", "another-dynamic-module"], modules.Select(module => module.Key));
        Assert.Equal(
            ModuleContent.Parse(
                "trigger", """{"events":["avi:jira:updated:issue"],"function":"jira-updated-issue-handler"}"""),
            modules[0].Content);
    }

    [Fact]
    public void The_Connect_lists_as_printed_by_Jira_and_Confluence()
    {
        var jira = ConnectWire.Read(Encoding.UTF8.GetBytes(Jira)).Modules;
        Assert.Equal(["dynamic-attachment-entity-property", "dynamic-select-field"], jira.Select(module => module.Key));
        Assert.Equal(["jiraEntityProperties", "jiraIssueFields"], jira.Select(module => module.Content.Type));
        var confluence = ConnectWire.Read(Encoding.UTF8.GetBytes(Confluence)).Modules;
        Assert.Equal(("my-webitem", "webItems"), (confluence[0].Key, confluence[0].Content.Type));
    }

    [Theory]
    [InlineData(Jira)]
    [InlineData(Confluence)]
    public void A_Connect_list_that_is_written_again_says_the_same(string body)
    {
        var modules = ConnectWire.Read(Encoding.UTF8.GetBytes(body)).Modules;
        Assert.Equal<ObservedModule>(modules, ConnectWire.Read(ConnectWire.Write(modules)).Modules);
    }

    [Theory]
    [InlineData(401, """{"message": "Authorization failed"}""", typeof(RemoteFault.Unauthorized),
        "Authorization failed")]
    [InlineData(401, """{"code":401,"message":"Unauthorized; scope does not match"}""",
        typeof(RemoteFault.Unauthorized), "Unauthorized; scope does not match")]
    [InlineData(401, """{"type":"AuthorizationError","code":401,"message":"Authorization failed"}""",
        typeof(RemoteFault.Unauthorized), "Authorization failed")]
    [InlineData(400, """{"message": "Key cannot be modified during update"}""", typeof(RemoteFault.Rejected),
        "Key cannot be modified during update")]
    public async Task The_Forge_refusals_as_printed(int status, string body, Type fault, string said)
    {
        using var remote = new RemoteFixture(
            new Uri("https://h"), handler: new ScriptedHandler(_ => ScriptedHandler.Json(status, body)));
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.CreateAsync());
        Assert.IsType(fault, refused.Fault);
        Assert.Equal($"HTTP {status}: {said}", refused.Fault.Message);
    }

    [Theory]
    [InlineData(400,
        """{"message":"Installation failed. The app com.example.app.key has duplicate module keys: [module-key]. """
        + """Please contact the app vendor."}""",
        typeof(RemoteFault.KeyConflict))]
    [InlineData(400,
        "\"Installation failed. The app com.example.app.key has duplicate module keys: [module-key]. "
        + "Please contact the app vendor.\"",
        typeof(RemoteFault.KeyConflict))]
    [InlineData(400, "Installation failed. The app defined an unknown module(jiraIssueGlances)",
        typeof(RemoteFault.Rejected))]
    [InlineData(401, """{"message":"The request is not from a Connect app."}""", typeof(RemoteFault.Unauthorized))]
    public async Task The_Connect_refusals_as_printed(int status, string body, Type fault)
    {
        using var remote = new RemoteFixture(
            new Uri("https://h"), RemoteApi.ConnectJira,
            new ScriptedHandler(request => request.Method == HttpMethod.Get
                ? ScriptedHandler.Json(200, "{}")
                : ScriptedHandler.Json(status, body)),
            new FixedCredential(new Credential.Connect("app", "secret")));
        var refused = Assert.IsType<CreateOutcome.Refused>(await remote.Registry.CreateAsync(
            new CreateRequest("a", "module-key", RemoteFixture.Content, () => true), default));
        Assert.IsType(fault, refused.Fault);
        Assert.StartsWith($"HTTP {status}: ", refused.Fault.Message, StringComparison.Ordinal);
    }
}
