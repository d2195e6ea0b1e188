using System.Text.Json;
using Reconciler.Emulator.Tests.Support;

namespace Reconciler.Emulator.Tests.Control;

/// <summary>The endpoints below <c>/_emulator/</c> as docs/emulator.md describes them.</summary>
public sealed class ControlTests
{
    [Fact]
    public async Task State_and_log_tell_the_same_story()
    {
        await using Remote remote = await Remote.StartAsync();
        string key = (await remote.SendAsync(
            "POST", Remote.V2, Remote.Trigger, headers: ("X-Reconciler-Attempt", "attempt-1"))).Key;

        JsonElement state = (await remote.ControlAsync("GET", "state")).Json;
        JsonElement log = (await remote.ControlAsync("GET", "requests")).Json;

        JsonElement installation = state.GetProperty("installations")[0];
        Assert.Equal(key, installation.GetProperty("modules").GetProperty("v2")[0].GetProperty("key").GetString());
        Assert.Equal(1, installation.GetProperty("counts").GetProperty("v2").GetInt32());
        JsonElement entry = log.GetProperty("requests")[0];
        Assert.Equal(state.GetProperty("seq").GetInt64(), entry.GetProperty("seq").GetInt64());
        Assert.Equal("attempt-1", entry.GetProperty("attempt").GetString());
        Assert.Equal(Remote.Trigger, entry.GetProperty("body").GetString());
        Assert.Equal(201, entry.GetProperty("status").GetInt32());
        Assert.True(entry.GetProperty("committed").GetBoolean());
    }

    [Fact]
    public async Task The_log_can_be_filtered_and_cleared_without_reusing_numbers()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.PostAsync();
        await remote.ListAsync();

        Assert.Equal(1, await LoggedAsync(remote, "?verb=GET"));
        Assert.Equal(1, await LoggedAsync(remote, "?since=1"));
        Assert.Equal(2, await LoggedAsync(remote, "?path=dynamic/module"));
        await remote.ControlAsync("DELETE", "requests");
        await remote.ListAsync();

        Assert.Equal(3, remote.Server.Requests()[0].Seq);
    }

    [Fact]
    public async Task A_foreign_actor_creates_twins_updates_and_deletes()
    {
        await using Remote remote = await Remote.StartAsync();
        string mine = (await remote.PostAsync()).Key;

        Reply created = await remote.ControlAsync("POST", "modules", Remote.Trigger);
        Reply twin = await remote.ControlAsync("POST", "modules", $$"""{"twinOf":"{{mine}}"}""");
        Reply changed = await remote.ControlAsync("PUT", "modules/" + mine, """{"data":{"events":["other"]}}""");
        Reply deleted = await remote.ControlAsync("DELETE", "modules/" + created.Key);
        Reply missing = await remote.ControlAsync("DELETE", "modules/nobody");

        Assert.Equal((201, 201, 200), (created.Status, twin.Status, changed.Status));
        Assert.Equal((204, 404), (deleted.Status, missing.Status));
        Assert.Equal([mine, twin.Key], remote.Server.Modules().Select(module => module.Key));
        Assert.All(remote.Server.Modules(), module => Assert.True(module.Foreign));
        Assert.Contains("other", (await remote.GetAsync(mine)).Text, StringComparison.Ordinal);
        Assert.Contains("avi:jira:updated:issue", (await remote.GetAsync(twin.Key)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(remote.Server.Requests(), entry => entry.Verb is "PUT" or "DELETE");
    }

    [Fact]
    public async Task Knobs_change_one_by_one_and_a_wrong_name_changes_nothing()
    {
        await using Remote remote = await Remote.StartAsync();

        Reply ok = await remote.ControlAsync(
            "PUT", "settings", """{"maxModules":1,"listShape":"results+nextPageToken"}""");
        Reply wrong = await remote.ControlAsync("PUT", "settings", """{"maxModule":2}""");

        Assert.Equal((200, 400), (ok.Status, wrong.Status));
        Assert.Contains("maxModule", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(1, remote.Server.Settings.MaxModules);
        Assert.Equal(17, remote.Server.Settings.AllowedTypes.Count);
        Assert.Equal(0, (await remote.ListAsync()).Json.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Faults_are_added_counted_and_removed()
    {
        await using Remote remote = await Remote.StartAsync();

        await remote.ControlAsync("POST", "faults", """{"id":"one","kind":"statusBeforeCommit","status":503}""");
        await remote.ControlAsync("POST", "faults", """[{"kind":"hang","verb":"PUT"},{"kind":"hang","verb":"PUT"}]""");
        await remote.ListAsync();
        JsonElement faults = (await remote.ControlAsync("GET", "faults")).Json.GetProperty("faults");
        Reply wrong = await remote.ControlAsync("POST", "faults", """{"kind":"hang","nth":0}""");

        Assert.Equal(3, faults.GetArrayLength());
        Assert.Equal(1, faults[0].GetProperty("fired").GetInt32());
        Assert.Equal("one", remote.Server.Requests()[0].Fault);
        Assert.Equal(400, wrong.Status);
        await remote.ControlAsync("DELETE", "faults/one");
        Assert.Equal(200, (await remote.ListAsync()).Status);
        Assert.Equal(204, (await remote.ControlAsync("DELETE", "faults")).Status);
        Assert.Equal(404, (await remote.ControlAsync("DELETE", "faults/one")).Status);
    }

    [Fact]
    public async Task A_wait_ends_when_the_condition_holds()
    {
        await using Remote remote = await Remote.StartAsync();

        Task<Reply> wait = remote.ControlAsync("GET", "wait?modules=2&requests=2&verb=POST&inFlight=0");
        await remote.PostAsync();
        await remote.PostAsync();

        Reply reply = await wait;
        Assert.Equal(200, reply.Status);
        Assert.True(reply.Json.GetProperty("satisfied").GetBoolean());
    }

    [Fact]
    public async Task A_wait_that_is_not_satisfied_says_what_it_counted()
    {
        await using Remote remote = await Remote.StartAsync();
        await remote.PostAsync();

        Reply reply = await remote.ControlAsync("GET", "wait?modules=2&timeoutMs=0");

        Assert.Equal(408, reply.Status);
        Assert.Equal(1, reply.Json.GetProperty("modules").GetInt32());
    }

    [Fact]
    public async Task Reset_forgets_everything_but_makes_no_key_twice()
    {
        await using Remote remote = await Remote.StartAsync();
        string before = (await remote.PostAsync()).Key;
        await remote.ControlAsync("PUT", "settings", """{"maxModules":0}""");
        await remote.ControlAsync("POST", "faults", """{"kind":"hang"}""");

        await remote.ControlAsync("POST", "reset");

        Assert.Empty(remote.Server.Modules());
        Assert.Empty(remote.Server.Requests());
        Assert.NotEqual(before, (await remote.PostAsync()).Key);
    }

    [Theory]
    [InlineData("GET", "health", 200)]
    [InlineData("GET", "nothing-here", 404)]
    [InlineData("PATCH", "state", 405)]
    [InlineData("PUT", "settings", 400)]
    [InlineData("GET", "wait?timeoutMs=soon", 400)]
    [InlineData("POST", "tokens/nobody/expire", 404)]
    [InlineData("GET", "requests?path=(", 400)]
    public async Task A_control_request_gets_a_clear_answer(string verb, string path, int status)
    {
        await using Remote remote = await Remote.StartAsync();

        Assert.Equal(status, (await remote.ControlAsync(verb, path)).Status);
    }

    [Fact]
    public async Task A_hundred_clients_at_once_leave_one_consistent_story()
    {
        await using Remote remote = await Remote.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => remote.PostAsync()));

        Assert.Equal(100, remote.Server.Modules().Count);
        Assert.Equal(100, remote.Server.Requests().Count(entry => entry is { Status: 201, Committed: true }));
        Assert.Equal(50, remote.Server.Requests().Count(entry => entry is { Status: 422, Committed: false }));
        Assert.Equal(
            Enumerable.Range(1, 150).Select(i => (long)i), remote.Server.Requests().Select(entry => entry.Seq));
    }

    private static async Task<int> LoggedAsync(Remote remote, string query) =>
        (await remote.ControlAsync("GET", "requests" + query)).Json.GetProperty("requests").GetArrayLength();
}
