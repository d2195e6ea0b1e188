using System.Globalization;
using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>
/// (c) Resident memory of the operator process (VmRSS): at idle with nothing to watch, and with 10,000 DynamicModules
/// of 1 KB in 100 installations (or as many as RECONCILER_BENCH_INSTALLATIONS says), all registered and Ready.
/// </summary>
internal static class MemoryBenchmark
{
    // Longer than the pause between two trims: a first one may come in the middle of the burst.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(150);

    public static async Task RunAsync(Stage stage)
    {
        await using (var idle = await stage.StartReadyOperatorAsync())
        {
            await PrintAsync("resident at idle, nothing to watch", idle);
        }

        var installations = int.Parse(
            Environment.GetEnvironmentVariable("RECONCILER_BENCH_INSTALLATIONS") ?? "100",
            CultureInfo.InvariantCulture);
        var population = new Population(stage, installations, 100, 900);
        await using (var started = await stage.StartReadyOperatorAsync())
        {
            await population.CreateAsync();
            await PrintAsync(
                $"resident with {installations * 100} modules of 1 KB in {installations} installations, just created",
                started);
        }

        await using var again = await stage.StartReadyOperatorAsync();
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst", "--all");
        await PrintAsync("resident with the same, freshly started", again);
    }

    private static async Task PrintAsync(string what, OperatorProcess process)
    {
        var at = ProcessFigures.ResidentMebibytes(process);
        await Task.Delay(Rest);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {at:F1} MiB; after {Rest.TotalSeconds:F0} s {ProcessFigures.ResidentMebibytes(process):F1} MiB, "
            + $"of which {ProcessFigures.AnonymousMebibytes(process):F1} MiB anonymous"));
    }
}
