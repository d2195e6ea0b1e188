using System.Globalization;
using System.Text.Json.Nodes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Drift, quota, paging, throttling, credentials and refused data (issue 1/4, item 9).</summary>
public sealed class RemoteStateTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task The_module_beyond_the_quota_waits_until_there_is_room()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        string[] names = [.. Enumerable.Range(1, 100).Select(n => $"module-{n:d3}")];
        await world.ApplyModulesAsync(names);
        await world.AwaitReadyAsync(names);
        await world.ApplyModulesAsync("one-more");
        await world.AwaitReasonAsync("dm/one-more", "QuotaExceeded");
        await world.AssertSettledAsync(asksTwice: true);
        Assert.DoesNotContain(await world.Remote.WritesAsync(), r => r["status"]!.GetValue<int>() == 422);

        await world.Kubectl.RunAsync("delete", "dm/module-050", "--timeout=60s");

        await world.AwaitReadyAsync("one-more");
        Assert.Equal(100, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync(asksTwice: true);
    }

    [Fact]
    public async Task A_module_changed_remotely_is_restored()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        var key = await world.KeyAsync("one");
        await world.Remote.ChangeAsync(key, """{"events":["avi:jira:deleted:issue"],"endpoint":"elsewhere"}""");
        var seq = await world.Remote.LastSeqAsync();

        // Less than ε after its own POST the operator takes what it sees for lag, and looks again by itself.
        await world.ForcePassAsync();
        await world.Remote.WaitForRequestsAsync(1, "PUT", seq);
        await world.AwaitReadyAsync("one");

        var write = Assert.Single(await world.Remote.WritesAsync(seq));
        Assert.Equal("PUT", write["verb"]!.GetValue<string>());
        Assert.Equal("one", (await world.RemoteDataAsync("one"))["endpoint"]!.GetValue<string>());
        Assert.Equal(key, await world.KeyAsync("one"));
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_module_deleted_remotely_is_registered_again()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync("interval: 10s");
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        var key = await world.KeyAsync("one");

        await world.Remote.DeleteAsync(key);
        await world.ForcePassAsync();
        await world.Kubectl.WatchUntilAsync(
            "dm/one", m => m["status"]?["key"]?.GetValue<string>() is { } k && k != key);
        await world.AwaitReadyAsync("one");

        Assert.Equal(2, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task Modules_of_others_are_left_alone()
    {
        await using var world = await World.StartAsync(cluster);
        await world.Remote.AddForeignAsync("trigger", """{"events":["e"],"endpoint":"foreign"}""");
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");

        await world.AssertSettledAsync();

        Assert.Equal(2, (await world.Remote.ModulesAsync()).Count);
        var status = (await world.Kubectl.GetAsync("dminst/acme"))["status"]!;
        Assert.Equal(1, status["modules"]!["unmanaged"]!.GetValue<int>());
        Assert.Equal(2, status["quota"]!["used"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"maxPageSize":7}""")]
    [InlineData("""{"maxPageSize":7,"defaultPageSize":7}""")]
    public async Task Twenty_modules_are_read_over_pages_of_seven(string settings)
    {
        await using var world = await World.StartAsync(cluster);
        await world.Remote.ConfigureAsync(settings);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        string[] names = [.. Enumerable.Range(1, 20).Select(n => $"module-{n:d2}")];
        await world.ApplyModulesAsync(names);
        await world.AwaitReadyAsync(names);

        await world.AssertSettledAsync(pageSize: 7);

        Assert.Equal(20, (await world.Remote.ModulesAsync()).Count);
    }

    [Fact]
    public async Task A_throttled_installation_is_left_alone_for_as_long_as_the_remote_says()
    {
        await using var world = await World.StartAsync(cluster);
        await world.Remote.AddFaultAsync("""
            {"kind":"statusBeforeCommit","verb":"POST","status":429,"count":1,"headers":{"Retry-After":"3"}}
            """);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");

        await world.AwaitReadyAsync("one", "two");

        var requests = await world.Remote.RequestsAsync();
        var refused = Assert.Single(requests, r => r["status"]!.GetValue<int>() == 429);
        var next = requests.First(r => r["seq"]!.GetValue<long>() > refused["seq"]!.GetValue<long>());
        Assert.True(TimeOf(next) - TimeOf(refused) >= TimeSpan.FromSeconds(3), requests.ToString());
        Assert.Equal(2, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_rotated_secret_ends_a_refused_authorization()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync(token: "wrong");
        string[] names = [.. Enumerable.Range(1, 5).Select(n => $"module-{n}")];
        await world.ApplyModulesAsync(names);
        await world.AwaitReasonAsync("dminst/acme", "AuthorizationFailed");
        Assert.Empty(await world.Remote.ModulesAsync());

        await world.Kubectl.ApplyAsync(Manifests.Secret("emulator-token"));

        await world.AwaitReadyAsync(names);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_missing_secret_is_awaited()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.Kubectl.RunAsync("delete", "secret/acme-token");
        await world.ApplyModulesAsync("one");
        await world.AwaitReasonAsync("dminst/acme", "AwaitingToken");

        await world.Kubectl.ApplyAsync(Manifests.Secret("emulator-token"));

        await world.AwaitReadyAsync("one");
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task Refused_data_is_not_sent_again_until_the_spec_changes()
    {
        await using var world = await World.StartAsync(cluster);
        await world.Remote.AddFaultAsync("""
            {
              "kind": "statusBeforeCommit", "verb": "POST", "status": 422,
              "bodyPattern": "unwanted", "body": "{\"message\":\"no\"}"
            }
            """);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.Kubectl.ApplyAsync(Manifests.Trigger("bad", endpoint: "unwanted"));
        await world.AwaitReasonAsync("dm/bad", "InvalidData");

        // Each of these makes a pass of its own.
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        await world.ApplyModulesAsync("two");
        await world.AwaitReadyAsync("two");
        Assert.Single(await world.Remote.RequestsAsync(), IsRefusal);

        await world.Kubectl.ApplyAsync(Manifests.Trigger("bad", endpoint: "wanted"));
        await world.AwaitReadyAsync("bad");
        Assert.Single(await world.Remote.RequestsAsync(), IsRefusal);
        await world.AssertSettledAsync();

        static bool IsRefusal(JsonNode request) => request["status"]!.GetValue<int>() == 422;
    }

    private static DateTimeOffset TimeOf(JsonNode request) =>
        DateTimeOffset.Parse(request["time"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
