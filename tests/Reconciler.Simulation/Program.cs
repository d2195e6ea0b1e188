using System.Diagnostics;
using System.Globalization;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Mutants;
using Reconciler.Simulation.World;

namespace Reconciler.Simulation;

/// <summary>The standalone runner: one seed with its log, or many fresh ones with their pace.</summary>
internal static class Program
{
    public static int Main(string[] arguments) => arguments switch
    {
        ["--fresh", var count] => Fresh(int.Parse(count, CultureInfo.InvariantCulture), FreshStart()),
        ["--fresh", var count, "--from", var first] =>
            Fresh(int.Parse(count, CultureInfo.InvariantCulture), ulong.Parse(first, CultureInfo.InvariantCulture)),
        ["--mutants", var count] => KillMutants(int.Parse(count, CultureInfo.InvariantCulture)),
        [var seed] when ulong.TryParse(seed, CultureInfo.InvariantCulture, out var number) => One(number),
        _ => Usage(),
    };

    private static int One(ulong seed)
    {
        SimKernel.KeepLog = true;
        var result = SimRun.Run(seed);
        Console.Out.Write(result.Log);
        Report(result);
        return result.Held ? 0 : 1;
    }

    private static int Fresh(int count, ulong first)
    {
        var began = Stopwatch.GetTimestamp();
        var failed = 0;
        var spent = TimeSpan.Zero;
        for (var i = 0; i < count; i++)
        {
            var result = SimRun.Run(first + (ulong)i);
            spent += result.Virtual;
            if (!result.Held)
            {
                failed++;
                Report(result);
            }

            if ((i + 1) % 250 == 0)
            {
                Sum(i + 1, first, failed, spent, began);
            }
        }

        Sum(count, first, failed, spent, began);
        return failed == 0 ? 0 : 1;
    }

    private static void Sum(int count, ulong first, int failed, TimeSpan spent, long began)
    {
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} seeds from {first}: {failed} failed; {count / seconds:F1} seeds/s, "
            + $"{spent.TotalDays:F1} virtual days in {seconds:F0} s"));
    }

    private static void Report(SimResult result)
    {
        Console.WriteLine($"seed {result.Seed}: {(result.Held ? "held" : "FAILED")}, digest {result.Digest:x16}");
        foreach (var violation in result.Violations)
        {
            Console.WriteLine($"  {violation}");
        }
    }

    private static int KillMutants(int seeds)
    {
        foreach (var (mutant, known) in SimulationMutants.All)
        {
            var killed = SimulationMutants.Kill(mutant, known, seeds);
            Console.WriteLine(killed is null ? $"{mutant.Name}: survived" : $"{mutant.Name}: seed {killed.Seed}");
            foreach (var violation in killed?.Violations ?? [])
            {
                Console.WriteLine($"  {violation}");
            }
        }

        return 0;
    }

    private static ulong FreshStart() => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000;

    private static int Usage()
    {
        Console.Error.WriteLine("usage: <seed> | --fresh <count> [--from <seed>] | --mutants <seeds>");
        return 2;
    }
}
