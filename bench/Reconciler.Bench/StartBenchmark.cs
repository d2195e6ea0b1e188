using System.Diagnostics;

namespace Reconciler.Bench;

/// <summary>(d) From the start of the process to synced caches: /readyz answers 200.</summary>
internal static class StartBenchmark
{
    private const int Runs = 10;

    public static async Task RunAsync(Stage stage)
    {
        await stage.ApplyInstallationAsync("acme", "emulator-token");
        var figures = new Figures("start to synced", "ms");
        for (var run = 0; run < Runs; run++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var started = await stage.StartReadyOperatorAsync();
            figures.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        figures.Print();
    }
}
