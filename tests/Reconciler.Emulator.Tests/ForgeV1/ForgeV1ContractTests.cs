using System.Text.Json;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.ForgeV1;

/// <summary>The v1 wire of the EAP page (SEED 001, reference §3).</summary>
public sealed class ForgeV1ContractTests
{
    private const string V1 = "/forge/installation/v1/dynamic/module";

    private const string Printed =
        """
        {"key":"unique-module-key","type":"trigger",
        "data":{"events":["avi:jira:updated:issue"],"endpoint":"some-endpoint"}}
        """;

    [Fact]
    public async Task The_printed_registration_keeps_the_clients_key_and_copies_it_into_the_data()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply created = await remote.SendAsync("POST", V1 + "/", Printed);

        Assert.Equal(201, created.Status);
        Assert.Equal("unique-module-key", created.Key);
        Assert.Equal("unique-module-key", created.Json.GetProperty("data").GetProperty("key").GetString());
    }

    [Fact]
    public async Task The_printed_update_answers_the_printed_module()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.SendAsync("POST", V1, """{"key":"unique-module-key","type":"trigger","data":{}}""");

        Reply updated = await remote.SendAsync("PUT", V1 + "/unique-module-key", Printed);

        Assert.Equal(200, updated.Status);
        Example.Same(
            """
            {
              "key": "unique-module-key",
              "type": "trigger",
              "data": {
                "key": "unique-module-key",
                "events": [ "avi:jira:updated:issue" ],
                "endpoint": "some-endpoint"
              }
            }
            """,
            updated.Text);
    }

    [Fact]
    public async Task X1_the_printed_list_without_brackets_can_be_served()
    {
        await using Remote remote = await Remote.StartAsync(knobs => knobs with { ListShape = ListShape.Unbracketed });
        await remote.SendAsync("POST", V1, """{"key":"a-dynamic-module","type":"trigger","data":{}}""");
        await remote.SendAsync("POST", V1, """{"key":"another-dynamic-module","type":"trigger","data":{}}""");

        Reply list = await remote.SendAsync("GET", V1 + "/");

        Assert.Equal(
            ["a-dynamic-module", "another-dynamic-module"],
            JsonDocument.Parse($"[{list.Text}]").RootElement.EnumerateArray()
                .Select(item => item.GetProperty("key").GetString()!));
    }

    [Fact]
    public async Task The_printed_module_is_retrieved_and_deleted()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.SendAsync(
            "POST", V1,
            """
            {"key":"a-dynamic-module","type":"trigger",
            "data":{"events":["avi:confluence:viewed:page"],"function":"confluence-viewed-handler"}}
            """);

        Reply got = await remote.SendAsync("GET", V1 + "/a-dynamic-module");
        Reply deleted = await remote.SendAsync("DELETE", V1 + "/a-dynamic-module");
        Reply again = await remote.SendAsync("DELETE", V1 + "/a-dynamic-module");

        Example.Same(
            """
            {"key":"a-dynamic-module","type":"trigger","data":{"key":"a-dynamic-module",
            "events":["avi:confluence:viewed:page"],"function":"confluence-viewed-handler"}}
            """,
            got.Text);
        Assert.Equal((204, 404), (deleted.Status, again.Status));
    }

    [Fact]
    public async Task X7_a_different_key_inside_data_is_overwritten_by_the_outer_one()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply created = await remote.SendAsync(
            "POST", V1, """{"key":"unique-module-key","type":"trigger","data":{"key":"trigger-key"}}""");

        Assert.Equal("unique-module-key", created.Json.GetProperty("data").GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("""{"type":"trigger","data":{}}""", 422)]
    [InlineData("""{"key":"","type":"trigger","data":{}}""", 422)]
    [InlineData("""{"key":"a/b","type":"trigger","data":{}}""", 422)]
    [InlineData("""{"key":"ok\n","type":"trigger","data":{}}""", 422)]
    [InlineData("""{"key":7,"type":"trigger","data":{}}""", 422)]
    [InlineData("""{"key":"taken","type":"trigger","data":{}}""", 422)]
    public async Task A_key_that_is_missing_malformed_or_taken_is_refused(string body, int status)
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.SendAsync("POST", V1, """{"key":"taken","type":"macro","data":{}}""");

        Assert.Equal(status, (await remote.SendAsync("POST", V1, body)).Status);
        Assert.Equal("macro", Assert.Single(remote.Server.Modules(api: ModuleApi.ForgeV1)).Type);
    }

    [Fact]
    public async Task A_put_needs_the_key_and_the_same_one()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.SendAsync("POST", V1, Printed);

        Reply other = await remote.SendAsync(
            "PUT", V1 + "/unique-module-key", """{"key":"other","type":"trigger","data":{}}""");
        Reply none = await remote.SendAsync("PUT", V1 + "/unique-module-key", Remote.Trigger);
        Reply collection = await remote.SendAsync("PUT", V1, Printed);

        Assert.Equal((400, """{"message":"Key cannot be modified during update"}"""), (other.Status, other.Text));
        Assert.Equal((422, 405), (none.Status, collection.Status));
    }

    [Fact]
    public async Task V1_and_v2_hold_separate_modules_unless_told_otherwise()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.SendAsync("POST", V1, Printed);

        Assert.Equal("[]", (await remote.ListAsync()).Text);
        remote.Server.Configure(knobs => knobs with { ShareStores = true });
        await remote.SendAsync("POST", V1, Printed);
        Assert.Equal(200, (await remote.GetAsync("unique-module-key")).Status);
    }

    [Fact]
    public async Task A_static_key_hides_the_dynamic_module_of_the_same_name_from_the_list()
    {
        await using Remote remote = await Remote.StartAsync(
            knobs => knobs with { Manifest = new ManifestSettings { Keys = ["unique-module-key"] } });

        Assert.Equal(201, (await remote.SendAsync("POST", V1, Printed)).Status);
        Assert.Equal("[]", (await remote.SendAsync("GET", V1)).Text);
        Assert.Equal(200, (await remote.SendAsync("GET", V1 + "/unique-module-key")).Status);
    }
}
