using System.Globalization;
using Reconciler.TestKit.Processes;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>What the main job may cost, counted at the remote and in the cluster (issue 1/4).</summary>
public sealed class CostTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_hundred_new_modules_cost_one_list_and_a_request_each_and_few_writes()
    {
        await using var world = await World.StartAsync(cluster);
        await world.ApplyInstallationAsync();
        string[] names = [.. Enumerable.Range(1, 100).Select(n => $"module-{n:d3}")];
        await world.ApplyModulesAsync(names);
        await using var watch = ChildProcess.Start(
            "watch-writes", world.Directory, world.Kubectl.Program,
            [
                $"--kubeconfig={world.Kubectl.Kubeconfig}", $"--namespace={world.Kubectl.Namespace}",
                "get", "dm", "--watch", "-o", "name",
            ]);
        await watch.WaitForLineAsync(line => line.EndsWith("/module-100", StringComparison.Ordinal));

        var running = world.StartOperator();
        await world.AwaitReadyAsync(names);

        Assert.Single(await world.Remote.RequestsAsync(verb: "GET"));
        Assert.Equal(100, (await world.Remote.RequestsAsync(verb: "POST")).Count);
        // The numbers of a pass are complete when it has ended; the status is there before.
        await world.ForcePassAsync();
        var ledger = await world.Kubectl.GetAsync("dmledger/acme");
        Assert.InRange(ledger["spec"]!["seq"]!.GetValue<long>(), 1, 20);
        var metrics = await World.MetricsAsync(running);
        Assert.InRange(metrics.Sum("reconciler_ledger_writes_total"), 1, 20);
        Assert.InRange(metrics.Sum("reconciler_status_writes_total", "kind=\"module\""), 100, 200);

        // A watch shows writes in their order: when the last object is there, all before it are counted. Each module
        // is seen once as it was, and then with its finalizer, at most two statuses and the mirrored key.
        await world.Kubectl.RunAsync("delete", "dm/module-001", "--wait=false");
        await world.Kubectl.ApplyAsync(Manifests.Trigger("zz-last", spec: "suspend: true"));
        await watch.WaitForLineAsync(line => line.EndsWith("/zz-last", StringComparison.Ordinal));
        foreach (var name in names.Skip(1))
        {
            Assert.InRange(watch.Lines.Count(line => line.EndsWith("/" + name, StringComparison.Ordinal)), 2, 5);
        }
    }

    [Fact]
    public async Task Resyncs_read_each_page_once_and_write_nothing_anywhere()
    {
        const int Resyncs = 5;
        const int Pages = 5;
        await using var world = await World.StartAsync(cluster);
        await world.Remote.ConfigureAsync("""{"maxPageSize":7}""");
        var running = world.StartOperator("--debug");
        await world.ApplyInstallationAsync("interval: 10s");
        string[] names = [.. Enumerable.Range(1, 30).Select(n => $"module-{n:d2}")];
        await world.ApplyModulesAsync(names);
        await world.AwaitReadyAsync(names);
        await world.AwaitSyncedEventsAsync(names);
        await world.RestAsync(running);
        var seq = await world.Remote.LastSeqAsync();
        var before = await world.EverythingAsync();

        await world.Remote.WaitForRequestsAsync(Resyncs * Pages, "GET", seq);

        var reads = (await world.Remote.RequestsAsync(seq)).Take(Resyncs * Pages).ToList();
        Assert.Empty(await world.Remote.WritesAsync(seq));
        var begun = reads
            .Where(read => !read["query"]!.GetValue<string>().Contains("nextPageToken", StringComparison.Ordinal))
            .Select(read => DateTimeOffset.Parse(read["time"]!.GetValue<string>(), CultureInfo.InvariantCulture))
            .ToList();
        Assert.Equal(Resyncs, begun.Count);
        Assert.All(begun.Zip(begun.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 8.9, 60));
        Assert.Equal(before, await world.EverythingAsync());
    }

    [Fact]
    public async Task Forced_passes_over_a_settled_installation_write_their_own_mark_only()
    {
        await using var world = await World.StartAsync(cluster);
        world.StartOperator();
        await world.ApplyInstallationAsync();
        await world.ApplyModulesAsync("one", "two", "three");
        await world.AwaitReadyAsync("one", "two", "three");

        for (var pass = 1; pass <= 10; pass++)
        {
            await world.AssertSettledAsync();
        }
    }
}
