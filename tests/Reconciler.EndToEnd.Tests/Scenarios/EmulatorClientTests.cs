using Reconciler.Emulator;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The scenarios' view of the remote, checked against the emulator itself over HTTP.</summary>
public sealed class EmulatorClientTests
{
    [Fact]
    public async Task What_another_actor_does_is_seen_in_the_modules_and_not_in_the_requests()
    {
        await using var server = await EmulatorServer.StartAsync();
        var remote = new EmulatorClient(server.BaseUrl);

        var added = await remote.AddForeignAsync("trigger", """{"events":["e"],"endpoint":"a"}""");
        var key = added["key"]!.GetValue<string>();
        await remote.WaitForModulesAsync(1);
        await remote.ChangeAsync(key, """{"events":["e"],"endpoint":"b"}""");

        var module = Assert.Single(await remote.ModulesAsync());
        Assert.Equal("b", module["data"]!["endpoint"]!.GetValue<string>());
        Assert.True(module["foreign"]!.GetValue<bool>());
        await remote.DeleteAsync(key);
        Assert.Empty(await remote.ModulesAsync());
        Assert.Empty(await remote.RequestsAsync());
        Assert.Equal(0, await remote.LastSeqAsync());
    }

    [Theory]
    [InlineData("""{"kind":"statusBeforeCommit","verb":"POST","status":429,"count":1,"headers":{"Retry-After":"3"}}""")]
    [InlineData("""{"kind":"statusBeforeCommit","verb":"POST","status":422,"bodyPattern":"x","body":"{}"}""")]
    [InlineData("""{"kind":"commitLate","verb":"POST","count":1,"delayMs":3000}""")]
    [InlineData("""{"kind":"hangAfterCommit","verb":"PUT","count":1}""")]
    public async Task The_faults_of_the_scenarios_are_understood(string rule)
    {
        await using var server = await EmulatorServer.StartAsync();
        var remote = new EmulatorClient(server.BaseUrl);

        await remote.AddFaultAsync(rule);

        await remote.ClearFaultsAsync();
    }

    [Fact]
    public async Task Requests_are_counted_by_verb_and_from_a_point_on()
    {
        await using var server = await EmulatorServer.StartAsync();
        var remote = new EmulatorClient(server.BaseUrl);
        await remote.ConfigureAsync("""{"maxPageSize":7,"defaultPageSize":7,"latencyMs":1}""");
        await remote.AddTokenAsync("another-token");
        var modules = new Uri(server.BaseUrl, "/forge/installation/v2/dynamic/module/");

        await LoopbackHttp.SendAsync(HttpMethod.Get, modules, bearer: EmulatorClient.DefaultToken);
        var posted = await LoopbackHttp.SendAsync(
            HttpMethod.Post,
            modules,
            """{"type":"trigger","data":{"events":["e"],"function":"f"}}""",
            bearer: "another-token");

        Assert.Equal(201, posted.Status);
        await remote.WaitForRequestsAsync(1, "POST", since: 1);
        var write = Assert.Single(await remote.WritesAsync());
        Assert.True(write["committed"]!.GetValue<bool>());
        Assert.Empty(await remote.WritesAsync(await remote.LastSeqAsync()));
        Assert.Single(await remote.RequestsAsync(verb: "GET"));
        Assert.False(Assert.Single(await remote.ModulesAsync())["foreign"]!.GetValue<bool>());
    }
}
