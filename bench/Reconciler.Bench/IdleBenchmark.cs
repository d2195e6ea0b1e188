using System.Globalization;
using Reconciler.TestKit.Processes;

namespace Reconciler.Bench;

/// <summary>
/// One hour at rest with 1,000 modules in twenty installations and the default interval: memory, processor time, log
/// lines, and every write to the remote or the cluster, of which there should be none. Prints a line each five minutes.
/// </summary>
internal static class IdleBenchmark
{
    private const int Steps = 12;
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(Stage stage)
    {
        var population = new Population(stage, 20, 50, 900, "5m");
        await using var started = await stage.StartReadyReplicaAsync(
            "--leader-elect=true", "--lease-namespace", "bench");
        await population.CreateAsync();
        await Task.Delay(Settling);

        var seq = await stage.Emulator.Client.LastSeqAsync();
        var versions = await VersionsAsync(stage);
        var processor = ProcessFigures.ProcessorTime(started);
        var lines = started.Process.Lines.Count;
        for (var step = 0; step <= Steps; step++)
        {
            await PrintAsync(step, started);
            await Task.Delay(step < Steps ? Step : TimeSpan.Zero);
        }

        var share = (ProcessFigures.ProcessorTime(started) - processor) / (Steps * Step);
        var logged = started.Process.Lines.Count - lines;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"processor {share:P2} of a core, {logged} log lines in {Steps * Step}"));
        await PrintWritesAsync(population, seq, versions);
    }

    private static async Task PrintAsync(int step, OperatorProcess started)
    {
        var metrics = await LoopbackHttp.SendAsync(
            HttpMethod.Get, new Uri(await started.MetricsAddressAsync(), "/metrics"));
        var heap = metrics.Body.Split('\n').FirstOrDefault(
            static line => line.StartsWith("reconciler_heap_bytes ", StringComparison.Ordinal)) ?? "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{step * Step}: resident {ProcessFigures.ResidentMebibytes(started):F1} MiB, "
            + $"processor {ProcessFigures.ProcessorTime(started).TotalSeconds:F2} s {heap}"));
    }

    private static async Task PrintWritesAsync(Population population, long seq, string versions)
    {
        var reads = 0;
        var writes = 0;
        for (var i = 0; i < population.Installations; i++)
        {
            reads += (await population.Remote(i).RequestsAsync(seq, "GET")).Count;
            writes += (await population.Remote(i).WritesAsync(seq)).Count;
        }

        var unchanged = versions == await VersionsAsync(population.Stage);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"remote: {reads} list requests, {writes} writes; "
            + $"cluster: {(unchanged ? "nothing" : "SOMETHING")} written"));
    }

    // Events are left out: the API server forgets them after an hour, and each comes with a change of a status.
    private static Task<string> VersionsAsync(Stage stage) => stage.Cluster.Kubectl.In("bench").RunAsync(
        "get", "dm,dminst,dmledger,secrets", "--no-headers", "-o",
        "custom-columns=N:.metadata.name,V:.metadata.resourceVersion");
}
