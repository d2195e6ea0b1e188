using System.Text.Json.Nodes;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>
/// What can be wrong around the operator: one clear error each, nothing lost, and it goes on when it is mended
/// (issue 1/4, last item of what it must show). Broken manifests are the command line's and the API server's affair.
/// </summary>
public sealed class BadInputTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_missing_secret_is_named_and_awaited()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.Kubectl.RunAsync("delete", "secret/acme-token");
        await world.ApplyModulesAsync("one");

        await AwaitSentenceAsync(world, "AwaitingToken", "acme-token");
        Assert.Empty(await world.Remote.WritesAsync());

        await world.Kubectl.ApplyAsync(Manifests.Secret(EmulatorClient.DefaultToken));
        await world.AwaitReadyAsync("one");
        await world.AssertSettledAsync();
    }

    [Theory]
    [InlineData("https://no-such-host.invalid", "no-such-host.invalid")]
    [InlineData("http://127.0.0.1:1", "127.0.0.1:1")]
    public async Task An_unreachable_host_is_named_and_tried_again(string baseUrl, string named)
    {
        await using var world = await World.StartAsync(cluster, $"unreachable-{new Uri(baseUrl).Host}");
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await PointAtAsync(world, baseUrl);
        await world.ApplyModulesAsync("one");

        await AwaitSentenceAsync(world, "RemoteUnavailable", named);

        await world.ApplyInstallationAsync();
        await world.AwaitReadyAsync("one");
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_and_said_so()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();

        // The control plane's own address: TLS by a CA that the operator does not trust for remotes.
        await PointAtAsync(world, cluster.ControlPlane.Url.ToString().TrimEnd('/'));
        await world.ApplyModulesAsync("one");

        await AwaitSentenceAsync(world, "RemoteUnavailable", "certificate");

        await world.ApplyInstallationAsync();
        await world.AwaitReadyAsync("one");
        await world.AssertSettledAsync();
    }

    [Fact]
    public async Task Another_api_under_registered_modules_is_named_and_nobody_is_asked()
    {
        await using var world = await World.StartAsync(cluster);
        var running = world.StartOperator("--debug");
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        await world.RestAsync(running);
        var seq = await world.Remote.LastSeqAsync();
        var ledger = await world.Kubectl.GetAsync("dmledger/acme");

        await world.Kubectl.PatchAsync("dminst/acme", """{"spec":{"api":"ForgeV1"}}""");
        await world.Kubectl.RunAsync("delete", "dm/two", "--wait=false");

        await AwaitSentenceAsync(world, "InvalidData", "reconciler migrate");
        await world.ForcePassAsync();
        Assert.Empty(await world.Remote.RequestsAsync(seq));
        Assert.Equal(2, (await world.Remote.ModulesAsync()).Count);
        var after = await world.Kubectl.GetAsync("dmledger/acme");
        Assert.Equal(
            ledger["metadata"]!["resourceVersion"]!.ToString(), after["metadata"]!["resourceVersion"]!.ToString());

        await world.Kubectl.PatchAsync("dminst/acme", """{"spec":{"api":"ForgeV2"}}""");
        await world.Kubectl.WaitAsync("delete", "dm/two");
        await world.AwaitReadyAsync("one");
        Assert.Single(await world.Remote.ModulesAsync());
        await world.AssertSettledAsync();
    }

    [Theory]
    [InlineData("garbledJson", "list cannot be read")]
    [InlineData("htmlBody", "list cannot be read")]
    [InlineData("truncatedBody", "list cannot be read")]
    [InlineData("endlessList", "list does not end")]
    [InlineData("repeatedPageToken", "token came twice")]
    public async Task A_list_that_proves_nothing_changes_nothing(string fault, string sentence)
    {
        await using var world = await World.StartAsync(cluster, $"list-{fault}");
        await world.Remote.AddForeignAsync("trigger", """{"events":["e"],"endpoint":"foreign"}""");
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two");
        await world.AwaitReadyAsync("one", "two");
        var seq = await world.Remote.LastSeqAsync();

        await world.Remote.AddFaultAsync($$"""{"kind":"{{fault}}","verb":"GET"}""");
        await world.ApplyModulesAsync("three");
        await world.Kubectl.RunAsync("delete", "dm/two", "--wait=false");
        await AwaitSentenceAsync(world, "RemoteUnavailable", sentence, module: "dm/three");
        Assert.Empty(await world.Remote.WritesAsync(seq));
        Assert.Equal(3, (await world.Remote.ModulesAsync()).Count);

        await world.Remote.ClearFaultsAsync();
        await world.ForcePassAsync();
        await world.AwaitReadyAsync("one", "three");
        await world.Kubectl.WaitAsync("delete", "dm/two");
        await world.AssertSettledAsync();
    }

    private static Task PointAtAsync(World world, string baseUrl) =>
        world.Kubectl.PatchAsync("dminst/acme", $$$"""{"spec":{"baseUrl":"{{{baseUrl}}}"}}""");

    // On the Installation and on the module that waits: the same sentence.
    private static async Task AwaitSentenceAsync(World world, string reason, string part, string module = "dm/one")
    {
        foreach (var target in new[] { "dminst/acme", module })
        {
            await world.Kubectl.WatchUntilAsync(target, found => ReadyOf(found) is { } ready
                && ready["status"]!.GetValue<string>() == "False" && ready["reason"]!.GetValue<string>() == reason
                && ready["message"]!.GetValue<string>().Contains(part, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static JsonNode? ReadyOf(JsonNode found) => found["status"]?["conditions"]?.AsArray()
        .FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == "Ready");
}
