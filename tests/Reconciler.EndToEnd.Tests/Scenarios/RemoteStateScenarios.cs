using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Drift, quota, paging, throttling, credentials, refused data and a dying leader (issue 1/4, item 9;
/// issue 3/4).</summary>
public abstract class RemoteStateScenarios(ClusterFixture cluster, ApiUnderTest api) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task The_module_beyond_the_quota_waits_until_there_is_room()
    {
        const int Quota = 24;
        await using var world = await World.StartAsync(cluster, api);
        await world.Remote.ConfigureAsync($$"""{"maxModules":{{Quota}}}""");
        await world.ApplyInstallationAsync($"quota: {Quota}");
        string[] names = [.. Enumerable.Range(1, Quota).Select(n => $"module-{n:d2}")];
        await world.ApplyModulesAsync(names);
        world.StartOperator();
        await world.AwaitReadyAsync(names);
        var requests = (Quota + api.CreatesPerRequest - 1) / api.CreatesPerRequest;
        Assert.Equal(requests, (await world.Remote.WritesAsync()).Count);
        await world.ApplyModulesAsync("one-more");
        await world.AwaitReasonAsync("dm/one-more", "QuotaExceeded");
        await world.AssertSettledAsync();
        Assert.DoesNotContain(await world.Remote.WritesAsync(), r => r["status"]!.GetValue<int>() >= 400);

        await world.Kubectl.RunAsync("delete", "dm/module-05", "--timeout=60s");

        await world.AwaitReadyAsync("one-more");
        Assert.Equal(Quota, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_module_changed_remotely_is_restored()
    {
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        var key = await world.KeyAsync("one");
        await world.Remote.ChangeAsync(key, api.Data("elsewhere"));
        var seq = await world.Remote.LastSeqAsync();

        // Less than ε after its own POST the operator takes what it sees for lag, and looks again by itself.
        await world.ForcePassAsync();
        await world.Remote.WaitForRequestsAsync(1, api.UpdateVerbs[^1], seq);
        await world.AwaitReadyAsync("one");

        Assert.Equal(api.UpdateVerbs, (await world.Remote.WritesAsync(seq)).Select(r => r["verb"]!.GetValue<string>()));
        Assert.Equal("one", await world.RemoteMarkAsync("one"));
        Assert.Equal(key, await world.KeyAsync("one"));
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_module_deleted_remotely_is_registered_again()
    {
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationAsync("interval: 10s");
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        var key = await world.KeyAsync("one");

        var seq = await world.Remote.LastSeqAsync();

        await world.Remote.DeleteAsync(key);
        await world.ForcePassAsync();
        await world.Remote.WaitForRequestsAsync(1, "POST", seq);
        await world.ForcePassAsync();
        await world.AwaitReadyAsync("one");

        Assert.Equal(api.HasClientKeys, key == await world.KeyAsync("one"));
        Assert.Equal(2, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task Modules_of_others_are_left_alone()
    {
        await using var world = await World.StartAsync(cluster, api);
        await world.Remote.AddForeignAsync(api.ModuleType, api.Data("foreign"));
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

    [Fact]
    public async Task A_throttled_installation_is_left_alone_for_as_long_as_the_remote_says()
    {
        await using var world = await World.StartAsync(cluster, api);
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
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationWithAsync(api.WrongCredential);
        string[] names = [.. Enumerable.Range(1, 5).Select(n => $"module-{n}")];
        await world.ApplyModulesAsync(names);
        await world.AwaitReasonAsync("dminst/acme", "AuthorizationFailed");
        Assert.Empty(await world.Remote.ModulesAsync());

        await world.Kubectl.ApplyAsync(Manifests.SecretOf(api.Credential));

        await world.AwaitReadyAsync(names);
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_rotated_secret_starts_a_pass_long_before_the_next_resync()
    {
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationAsync("interval: 24h");
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        await world.AssertSettledAsync();
        var seq = await world.Remote.LastSeqAsync();

        // Nothing but the Secret's event is due for a day; what it brings is used at once, for better or worse.
        await world.Kubectl.ApplyAsync(Manifests.SecretOf(api.WrongCredential));
        await world.AwaitReasonAsync("dminst/acme", "AuthorizationFailed");
        await world.Kubectl.ApplyAsync(Manifests.SecretOf(api.Credential));
        await world.AwaitReasonAsync("dminst/acme", "Synced");

        Assert.Empty(await world.Remote.WritesAsync(seq));
        Assert.Single(await world.Remote.ModulesAsync());
    }

    [Fact]
    public async Task A_missing_secret_is_awaited()
    {
        await using var world = await World.StartAsync(cluster, api);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.Kubectl.RunAsync("delete", "secret/acme-token");
        await world.ApplyModulesAsync("one");
        await world.AwaitReasonAsync("dminst/acme", "AwaitingToken");

        await world.Kubectl.ApplyAsync(Manifests.SecretOf(api.Credential));

        await world.AwaitReadyAsync("one");
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task Refused_data_is_not_sent_again_until_the_spec_changes()
    {
        await using var world = await World.StartAsync(cluster, api);
        await world.Remote.AddFaultAsync($$"""
            {
              "kind": "statusBeforeCommit", "verb": "POST", "status": {{api.RefusalStatus}},
              "bodyPattern": "unwanted", "body": "{\"message\":\"no\"}"
            }
            """);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModuleAsync("bad", "unwanted");
        await world.AwaitReasonAsync("dm/bad", "InvalidData");

        // Each of these makes a pass of its own.
        await world.ApplyModulesAsync("one");
        await world.AwaitReadyAsync("one");
        await world.ApplyModulesAsync("two");
        await world.AwaitReadyAsync("two");
        Assert.Single(await world.Remote.RequestsAsync(), IsRefusal);

        await world.ApplyModuleAsync("bad", "wanted");
        await world.AwaitReadyAsync("bad");
        Assert.Single(await world.Remote.RequestsAsync(), IsRefusal);
        await world.AssertSettledAsync();

        bool IsRefusal(JsonNode request) => request["status"]!.GetValue<int>() == api.RefusalStatus;
    }

    [Fact]
    public async Task A_leader_that_dies_in_a_registration_is_succeeded_by_another_operator()
    {
        string[] names = [.. Enumerable.Range(1, 6).Select(n => $"module-{n}")];
        await using var world = await World.StartAsync(cluster, api);
        await world.Remote.ConfigureAsync("""{"latencyMs":250}""");
        await world.ApplyInstallationAsync("interval: 10s");
        string[] election =
            ["--leader-elect=true", "--lease-namespace", world.Kubectl.Namespace!, "--lease-duration", "5s"];
        var first = world.StartOperator(election);
        await LeadingAsync(first);
        var second = world.StartOperator(election);
        await world.ApplyModulesAsync(names);
        await world.Remote.WaitForRequestsAsync(1, "POST");

        await first.KillAsync();

        await LeadingAsync(second);
        await world.AwaitReadyAsync(names);
        await world.ForcePassAsync();
        Assert.Equal(names.Length, (await world.Remote.ModulesAsync()).Count);
        await world.AssertSettledAsync();
    }

    private static Task LeadingAsync(OperatorProcess running) =>
        running.WaitForEventAsync(log => log["event"]?.GetValue<string>() == "Leading");

    private static DateTimeOffset TimeOf(JsonNode request) =>
        DateTimeOffset.Parse(request["time"]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
