using System.Globalization;

namespace Reconciler.Bench;

/// <summary>
/// (a) From the API server's acceptance of a DynamicModule to the arrival of its POST at the remote, at idle: one at a
/// time, the next after the previous has settled. Both instants are wall clock of the same machine. It grows with the
/// number of modules, since each create waits for a write of their ledger: the last third is shown by itself.
/// </summary>
internal static class ReactionBenchmark
{
    private const int WarmUp = 5;
    private const int Runs = 90;

    public static async Task RunAsync(Stage stage)
    {
        await stage.ApplyInstallationAsync("acme", "emulator-token");
        await using var started = await stage.StartReadyOperatorAsync();
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst/acme");
        var figures = new Figures("accepted to POST's arrival", "ms");
        var last = new Figures("of which the last third", "ms");
        for (var run = 0; run < WarmUp + Runs; run++)
        {
            var since = await stage.Emulator.Client.LastSeqAsync();
            var accepted = await stage.Api.CreateModuleAsync(
                "acme", $"m-{run}", $$"""{"events":["avi:jira:updated:issue"],"endpoint":"e-{{run}}"}""");
            await stage.Emulator.Client.WaitForRequestsAsync(1, "POST", since);
            var post = (await stage.Emulator.Client.RequestsAsync(since, "POST"))[0];
            var arrived = DateTimeOffset.Parse(post["receivedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture);
            if (run >= WarmUp)
            {
                figures.Add((arrived - accepted).TotalMilliseconds);
            }

            if (run >= WarmUp + (Runs * 2 / 3))
            {
                last.Add((arrived - accepted).TotalMilliseconds);
            }

            await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", $"dm/m-{run}");
        }

        figures.Print();
        last.Print();
    }
}
