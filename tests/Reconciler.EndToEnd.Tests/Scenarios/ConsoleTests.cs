using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The console of the real process, before a real API server.</summary>
public sealed class ConsoleTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task The_console_shows_what_the_process_does_and_ends_with_it()
    {
        await using var world = await World.StartAsync(cluster);
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        var process = world.StartOperator("--console-bind", "0");
        var served = await process.WaitForEventAsync(
            log => Message(log).StartsWith("Serving the console", StringComparison.Ordinal));
        await world.AwaitReadyAsync("one", "two");

        var address = new Uri(Message(served).Split(' ')[^1]);
        var (_, html) = await LoopbackHttp.SendAsync(HttpMethod.Get, address);
        Assert.Contains("<title>Reconciler console</title>", html, StringComparison.Ordinal);
        var line = await AwaitReadyLineAsync(address);
        Assert.Equal(2, line["modules"]!["ready"]!.GetValue<int>());
        Assert.Equal(2, line["quota"]!["used"]!.GetValue<int>());
        var (status, page) = await LoopbackHttp.SendAsync(
            HttpMethod.Get, new Uri(address, $"/api/installation?namespace={world.Kubectl.Namespace}&name=acme"));
        Assert.Equal(200, status);
        Assert.Contains("\"phase\":\"Bound\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(EmulatorClient.DefaultToken, page, StringComparison.Ordinal);

        Assert.Equal(0, await process.StopAsync());
    }

    private static async Task<JsonNode> AwaitReadyLineAsync(Uri address)
    {
        while (true)
        {
            // The installation's own status follows that of its modules.
            var (_, overview) = await LoopbackHttp.SendAsync(HttpMethod.Get, new Uri(address, "/api/snapshot"));
            var line = JsonNode.Parse(overview)!["installations"]!.AsArray()
                .FirstOrDefault(one => one!["name"]!.GetValue<string>() == "acme");
            if (line?["state"]?.GetValue<string>() == "ready" && line["modules"]?["ready"] is not null)
            {
                return line;
            }
        }
    }

    private static string Message(JsonObject log) => log["message"]?.GetValue<string>() ?? "";
}
