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
    private const int RestedAfter = 50;
    private const int RestedRuns = 8;

    // Longer than the pause between two trims of memory, which also packs ledgers.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(150);

    public static async Task RunAsync(Stage stage)
    {
        await using var started = await BeginAsync(stage);
        var all = new Figures("accepted to POST's arrival", "ms");
        var last = new Figures("of which the last third", "ms");
        for (var run = 0; run < WarmUp + Runs; run++)
        {
            var reaction = await ReactAsync(stage, run);
            if (run >= WarmUp)
            {
                all.Add(reaction);
            }

            if (run >= WarmUp + (Runs * 2 / 3))
            {
                last.Add(reaction);
            }
        }

        all.Print();
        last.Print();
    }

    /// <summary>The same with some fifty modules, each time after two and a half minutes without any work.</summary>
    public static async Task RunRestedAsync(Stage stage)
    {
        await using var started = await BeginAsync(stage);
        var figures = new Figures($"accepted to POST's arrival, after {Rest.TotalSeconds:F0} s of rest", "ms");
        for (var run = 0; run < RestedAfter; run++)
        {
            await ReactAsync(stage, run);
        }

        for (var run = RestedAfter; run < RestedAfter + RestedRuns; run++)
        {
            await Task.Delay(Rest);
            figures.Add(await ReactAsync(stage, run));
        }

        figures.Print();
    }

    private static async Task<IAsyncDisposable> BeginAsync(Stage stage)
    {
        await stage.ApplyInstallationAsync("acme", "emulator-token");
        var started = await stage.StartReadyOperatorAsync();
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst/acme");
        return started;
    }

    /// <summary>Milliseconds. Returns when the module is Ready.</summary>
    private static async Task<double> ReactAsync(Stage stage, int run)
    {
        var since = await stage.Emulator.Client.LastSeqAsync();
        var accepted = await stage.Api.CreateModuleAsync(
            "acme", $"m-{run}", $$"""{"events":["avi:jira:updated:issue"],"endpoint":"e-{{run}}"}""");
        await stage.Emulator.Client.WaitForRequestsAsync(1, "POST", since);
        var post = (await stage.Emulator.Client.RequestsAsync(since, "POST"))[0];
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", $"dm/m-{run}");
        var arrived = DateTimeOffset.Parse(post["receivedAt"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        return (arrived - accepted).TotalMilliseconds;
    }
}
