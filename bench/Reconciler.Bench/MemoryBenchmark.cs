using System.Globalization;
using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>
/// (c) Resident memory of the operator process (VmRSS): at idle with nothing to watch, and with 10,000 DynamicModules of
/// 1 KB in 100 installations, all registered and Ready.
/// </summary>
internal static class MemoryBenchmark
{
    private const int Installations = 100;
    private const int ModulesEach = 100;

    public static async Task RunAsync(Stage stage)
    {
        await using (var idle = await stage.StartReadyOperatorAsync())
        {
            Print("resident at idle, nothing to watch", idle);
        }

        await using var started = await stage.StartReadyOperatorAsync();
        for (var i = 0; i < Installations; i++)
        {
            var tenant = stage.Emulator.Client with { Installation = $"ari:cloud:ecosystem::installation/{i}" };
            await tenant.AddTokenAsync($"token-{i}");
            await stage.ApplyInstallationAsync($"tenant-{i}", $"token-{i}");
            await Task.WhenAll(Enumerable.Range(0, ModulesEach).Select(m => stage.Api.CreateModuleAsync(
                $"tenant-{i}", $"t{i}-m{m}",
                $$"""{"events":["avi:jira:updated:issue"],"endpoint":"e-{{m}}","filter":{"expression":"{{Kilobyte}}"} }""")));
        }

        for (var i = 0; i < Installations; i++)
        {
            var tenant = stage.Emulator.Client with { Installation = $"ari:cloud:ecosystem::installation/{i}" };
            await tenant.WaitForModulesAsync(ModulesEach);
        }

        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dm", "--all");
        Print("resident with 10,000 modules of 1 KB in 100 installations, just created", started);
        await using var again = await stage.StartReadyOperatorAsync();
        await stage.Cluster.Kubectl.In("bench").WaitAsync("condition=Ready", "dminst", "--all");
        Print("resident with the same, freshly started", again);
    }

    private static string Kilobyte { get; } = new('x', 900);

    private static void Print(string what, OperatorProcess process)
    {
        var line = File.ReadLines($"/proc/{process.Process.Id}/status")
            .First(static line => line.StartsWith("VmRSS", StringComparison.Ordinal));
        var kilobytes = long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {kilobytes / 1024.0:F1} MiB"));
    }
}
