using System.Text.Json;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.ForgeV2;

/// <summary>The v2 wire of the Preview page (SEED 000, reference §2).</summary>
public sealed class ForgeV2ContractTests
{
    [Fact]
    public async Task A_registered_module_gets_a_version_4_uuid_and_shows_it_in_its_data()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply created = await remote.PostAsync();

        Assert.Equal(201, created.Status);
        Assert.Equal("application/json", created.ContentType);
        Assert.True(Guid.TryParseExact(created.Key, "D", out Guid key) && key.Version == 4);
        Assert.Equal(created.Key, created.Json.GetProperty("data").GetProperty("key").GetString());
        Assert.Equal("trigger", created.Json.GetProperty("type").GetString());
    }

    [Fact]
    public async Task An_update_answers_the_example_of_the_public_page()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.PostAsync("""{"type":"trigger","data":{"events":["x"],"function":"f"}}""")).Key;

        Reply updated = await remote.PutAsync(key);

        Assert.Equal(200, updated.Status);
        Example.Same(
            """
            {
              "key": "KEY",
              "type": "trigger",
              "data": { "key": "KEY", "events": [ "avi:jira:updated:issue" ], "endpoint": "some-endpoint" }
            }
            """.Replace("KEY", key, StringComparison.Ordinal),
            updated.Text);
    }

    [Fact]
    public async Task An_update_replaces_the_whole_data()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.PostAsync("""{"type":"trigger","data":{"events":["x"],"function":"f"}}""")).Key;

        await remote.PutAsync(key, """{"type":"trigger","data":{"events":["y"]}}""");

        JsonElement data = (await remote.GetAsync(key)).Json.GetProperty("data");
        Assert.False(data.TryGetProperty("function", out _));
    }

    [Fact]
    public async Task The_list_answers_the_example_of_the_public_page()
    {
        await using Remote remote = await Remote.StartAsync();
        string first = (await remote.PostAsync(
            """
            {"type":"trigger",
            "data":{"function":"jira-updated-issue-handler","events":["avi:jira:updated:issue"]}}
            """)).Key;
        string second = (await remote.PostAsync(
            """
            {"type":"trigger","data":{"filter":{"expression":"event.issue.fields?.issuetype.name == 'Bug'",
            "onError":"RECEIVE_AND_LOG"},"endpoint":"some-endpoint","events":["avi:jira:updated:issue"]}}
            """)).Key;

        Reply list = await remote.ListAsync();

        Assert.Equal(200, list.Status);
        Example.Same(
            """
            [
              {
                "key": "a-dynamic-module",
                "type": "trigger",
                "data": {
                  "key": "a-dynamic-module",
                  "function": "jira-updated-issue-handler",
                  "events": [ "avi:jira:updated:issue" ]
                }
              },
              {
                "key": "another-dynamic-module",
                "type": "trigger",
                "data": {
                  "filter": {
                    "expression": "event.issue.fields?.issuetype.name == 'Bug'",
                    "onError": "RECEIVE_AND_LOG"
                  },
                  "key": "another-dynamic-module",
                  "endpoint": "some-endpoint",
                  "events": [ "avi:jira:updated:issue" ]
                }
              }
            ]
            """.Replace("another-dynamic-module", second, StringComparison.Ordinal)
                .Replace("a-dynamic-module", first, StringComparison.Ordinal),
            list.Text);
    }

    [Fact]
    public async Task A_module_is_retrieved_as_the_public_page_shows()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.PostAsync(
            """
            {"type":"trigger",
            "data":{"events":["avi:confluence:viewed:page"],"function":"confluence-viewed-handler"}}
            """)).Key;

        Reply got = await remote.GetAsync(key);

        Assert.Equal(200, got.Status);
        Example.Same(
            """
            {"key":"KEY","type":"trigger","data":
            {"key":"KEY","events":["avi:confluence:viewed:page"],"function":"confluence-viewed-handler"}}
            """.Replace("KEY", key, StringComparison.Ordinal),
            got.Text);
    }

    [Fact]
    public async Task A_delete_answers_204_without_body_and_then_404()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.PostAsync()).Key;

        Reply first = await remote.DeleteAsync(key);
        Reply second = await remote.DeleteAsync(key);

        Assert.Equal((204, ""), (first.Status, first.Text));
        Assert.Equal(404, second.Status);
        Assert.Empty(remote.Server.Modules());
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task An_unknown_key_answers_404_with_a_body_marked_as_a_guess(string verb)
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.SendAsync(verb, Remote.V2 + "/nobody", verb == "PUT" ? Remote.Trigger : null);

        Assert.Equal(404, reply.Status);
        Assert.Equal("""{"message":"Dynamic module not found"}""", reply.Text);
        Assert.Equal("true", reply.Header("x-emulator-synthetic"));
    }

    [Fact]
    public async Task X2_a_body_key_that_differs_from_the_path_is_refused_with_the_printed_message()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.PostAsync()).Key;

        Reply other = await remote.PutAsync(key, """{"key":"other","type":"trigger","data":{}}""");
        Reply same = await remote.PutAsync(key, $$$"""{"key":"{{{key}}}","type":"trigger","data":{}}""");

        Assert.Equal((400, """{"message":"Key cannot be modified during update"}"""), (other.Status, other.Text));
        Assert.Null(other.Header("x-emulator-synthetic"));
        Assert.Equal(200, same.Status);
    }

    [Theory]
    [InlineData("/forge/installation/v2/dynamic/module")]
    [InlineData("/forge/installation/v2/dynamic/module/")]
    [InlineData("/ex/jira/11111111-2222-3333-4444-555555555555/forge/installation/v2/dynamic/module")]
    [InlineData("/ex/confluence/11111111-2222-3333-4444-555555555555/forge/installation/v2/dynamic/module/")]
    public async Task X5_X6_both_slash_forms_and_both_prefixes_are_served_without_redirect(string path)
    {
        await using Remote remote = await Remote.StartAsync();

        Reply created = await remote.SendAsync("POST", path, Remote.Trigger);
        Reply list = await remote.SendAsync("GET", path);

        Assert.Equal((201, 200), (created.Status, list.Status));
        Assert.Equal(1, list.Json.GetArrayLength());
    }

    [Theory]
    [InlineData("PATCH", "")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/some-key")]
    public async Task Verbs_that_no_page_knows_answer_405(string verb, string suffix)
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.SendAsync(verb, Remote.V2 + suffix, Remote.Trigger);

        Assert.Equal(405, reply.Status);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"data":{}}""", 422)]
    [InlineData("""{"type":"trigger"}""", 422)]
    [InlineData("""{"type":"trigger","data":[]}""", 422)]
    [InlineData("""{"type":"scheduledTrigger","data":{}}""", 422)]
    public async Task A_body_that_is_no_module_is_refused_and_nothing_is_stored(string body, int status)
    {
        await using Remote remote = await Remote.StartAsync();

        Reply reply = await remote.PostAsync(body);

        Assert.Equal(status, reply.Status);
        Assert.Empty(remote.Server.Modules());
    }

    [Fact]
    public async Task The_101st_module_is_refused_with_422()
    {
        await using Remote remote = await Remote.StartAsync();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(201, (await remote.PostAsync()).Status);
        }

        Reply reply = await remote.PostAsync();

        Assert.Equal(422, reply.Status);
        Assert.Equal(100, remote.Server.Modules().Count);
    }

    [Fact]
    public async Task Numbers_and_texts_come_back_exactly_as_they_were_sent()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply created = await remote.PostAsync(
            """{"type":"trigger","data":{"n":1.50,"big":12345678901234567890123,"s":"ä\u00e4<>&'\ud83d\ude00"}}""");

        Assert.Contains("\"n\":1.50", created.Text, StringComparison.Ordinal);
        Assert.Contains("12345678901234567890123", created.Text, StringComparison.Ordinal);
        Assert.Equal("ää<>&'😀", created.Json.GetProperty("data").GetProperty("s").GetString());
    }
}
