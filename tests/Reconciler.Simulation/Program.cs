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
        ["--fresh", var count] => new FreshRun(Number(count), FreshRun.Start()).Run(),
        ["--fresh", var count, "--from", var first] =>
            new FreshRun(Number(count), ulong.Parse(first, CultureInfo.InvariantCulture)).Run(),
        ["--mutants", var count] => KillMutants(int.Parse(count, CultureInfo.InvariantCulture)),
        [var seed] when ulong.TryParse(seed, CultureInfo.InvariantCulture, out var number) => One(number),
        _ => Usage(),
    };

    private static int One(ulong seed)
    {
        SimKernel.KeepLog = true;
        var result = SimRun.Run(seed);
        Console.Out.Write(result.Log);
        Console.Out.Write(result.Describe());
        return result.Held ? 0 : 1;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

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

    private static int Usage()
    {
        Console.Error.WriteLine("usage: <seed> | --fresh <count> [--from <seed>] | --mutants <seeds>");
        return 2;
    }
}
