using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Connect;

/// <summary>The Connect resource in both products (SEED 002, 003; reference §7).</summary>
public sealed class ConnectContractTests
{
    private const string WebItem =
        """
        {"webItems":[{"key":"my-webitem","location":"system.admin/globalsettings","url":"/my-webitem",
        "name":{"value":"My Web Item"}}]}
        """;

    private const string JiraExample =
        """
        { "jiraEntityProperties": [ { "keyConfigurations": [ { "extractions": [ { "objectName": "extension",
        "type": "text", "alias": "attachmentExtension" } ], "propertyKey": "attachment" } ], "entityType": "issue",
        "name": { "value": "Attachment Index Document" }, "key": "dynamic-attachment-entity-property" } ],
        "jiraIssueFields": [ { "description": { "value": "A dynamically added single-select field" },
        "type": "single_select", "extractions": [ { "path": "category", "type": "text", "name": "categoryName" } ],
        "name": { "value": "Dynamic single select" }, "key": "dynamic-select-field" } ] }
        """;

    public static TheoryData<string, ModuleApi, string> Products => new()
    {
        { "", ModuleApi.ConnectJira, "emulator-jira" },
        { "/wiki", ModuleApi.ConnectConfluence, "emulator-confluence" },
    };

    [Theory]
    [MemberData(nameof(Products))]
    public async Task The_printed_examples_are_registered_and_come_back_the_same(
        string context, ModuleApi api, string tenant)
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, context);
        string example = api == ModuleApi.ConnectJira ? JiraExample : WebItem;

        Assert.Equal("{}", (await app.GetAsync()).Text);
        Reply registered = await app.PostAsync(example);
        Reply listed = await app.GetAsync();

        Assert.Equal((200, ""), (registered.Status, registered.Text));
        Example.Same(example, listed.Text);
        Assert.Equal(api == ModuleApi.ConnectJira ? 2 : 1, remote.Server.Modules(tenant, api).Count);
    }

    [Fact]
    public async Task Jira_and_confluence_hold_separate_modules()
    {
        await using Remote remote = await Remote.StartAsync();
        await new ConnectClient(remote, "").PostAsync(WebItem);

        Assert.Equal("{}", (await new ConnectClient(remote, "/wiki").GetAsync()).Text);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public async Task A_batch_with_one_bad_module_registers_none(string context, ModuleApi api, string tenant)
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { StrictData = true });
        ConnectClient app = new(remote, context);
        await app.PostAsync(WebItem);

        Reply duplicate = await app.PostAsync(Items("new-one", "my-webitem"));
        Reply twice = await app.PostAsync(Items("same", "same"));
        Reply keyless = await app.PostAsync("""{"webItems":[{"key":"fine","name":{},"location":"l"},{"name":{}}]}""");
        Reply incomplete = await app.PostAsync("""{"webItems":[{"key":"fine","name":{}}]}""");

        Assert.Equal((400, 400, 400, 400), (duplicate.Status, twice.Status, keyless.Status, incomplete.Status));
        Assert.Equal(
            "Installation failed. The app com.example.reconciler has duplicate module keys: [my-webitem]. "
                + "Please contact the app vendor.",
            duplicate.Json.GetProperty("message").GetString());
        Assert.Null(duplicate.Header("x-emulator-synthetic"));
        Assert.Single(remote.Server.Modules(tenant, api));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public async Task A_delete_removes_the_named_keys_ignores_unknown_ones_and_without_any_removes_all(
        string context, ModuleApi api, string tenant)
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, context);
        await app.PostAsync(Items("module1", "module2", "module3", "module4"));

        Reply two = await app.DeleteAsync("module1", "module2", "unknown");
        int left = remote.Server.Modules(tenant, api).Count;
        Reply joined = await app.DeleteAsync("module3,module4");
        int still = remote.Server.Modules(tenant, api).Count;
        Reply all = await app.DeleteAsync();

        Assert.Equal((204, 204, 204), (two.Status, joined.Status, all.Status));
        Assert.Equal((2, 2), (left, still));
        Assert.Equal("{}", (await app.GetAsync()).Text);
    }

    [Fact]
    public async Task X10_a_wrapped_map_is_unwrapped_with_a_warning_and_a_wrapped_array_refused()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");

        Reply map = await app.PostAsync($$"""{"modules":{{WebItem}}}""");
        Reply array = await app.PostAsync("""{"modules":[{"key":"k"}]}""");
        remote.Server.Configure(knobs => knobs with { ConnectModulesArray = Leniency.Accept });
        Reply accepted = await app.PostAsync("""{"modules":[{"key":"k"}]}""");

        Assert.Equal((200, 400, 200), (map.Status, array.Status, accepted.Status));
        Assert.NotNull(map.Header("x-emulator-warning"));
        Assert.Equal("k", (await app.GetAsync()).Json.GetProperty("modules")[0].GetProperty("key").GetString());
    }

    [Fact]
    public async Task X12_confluence_may_require_module_keys()
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { ConfluenceRequireModuleKey = true });
        ConnectClient confluence = new(remote, "/wiki");
        await confluence.PostAsync(WebItem);

        Assert.Equal(400, (await confluence.DeleteAsync()).Status);
        Assert.Equal(204, (await new ConnectClient(remote, "").DeleteAsync()).Status);
        Assert.Equal(204, (await confluence.DeleteAsync("my-webitem")).Status);
    }

    [Fact]
    public async Task X13_the_101st_module_is_refused_with_400()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");
        await app.PostAsync(Items([.. Enumerable.Range(0, 99).Select(i => $"m{i}")]));

        Assert.Equal(400, (await app.PostAsync(Items("x", "y"))).Status);
        Assert.Equal(200, (await app.PostAsync(Items("x"))).Status);
        Assert.Equal(400, (await app.PostAsync(Items("y"))).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"webItems\":7}")]
    [InlineData("{\"webItems\":[7]}")]
    [InlineData("{\"jiraWorkflowPostFunctions\":[{\"key\":\"k\"}]}")]
    public async Task A_body_that_is_no_map_of_known_modules_is_refused(string body)
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { ConnectAllowedTypes = ["webItems"] });

        Assert.Equal(400, (await new ConnectClient(remote, "").PostAsync(body)).Status);
    }

    [Fact]
    public async Task X11_confluence_answers_only_below_its_context_path()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.SendAsync("GET", "/wiki/atlassian-connect/1/app/module/dynamic", null, null);

        Assert.Equal(404, reply.Status);
    }

    [Fact]
    public async Task A_foreign_actor_can_touch_connect_modules()
    {
        await using Remote remote = await Remote.StartAsync();
        ConnectClient app = new(remote, "");

        await remote.ControlAsync(
            "POST", "modules?installation=emulator-jira&api=connectJira",
            """{"key":"theirs","type":"webItems","data":{"name":{"value":"n"}}}""");

        Example.Same("""{"webItems":[{"key":"theirs","name":{"value":"n"}}]}""", (await app.GetAsync()).Text);
    }

    private static string Items(params string[] keys)
    {
        IEnumerable<string> items = keys.Select(key =>
            $$$"""{"key":"{{{key}}}","location":"l","name":{"value":"n"}}""");
        return $$"""{"webItems":[{{string.Join(',', items)}}]}""";
    }
}
