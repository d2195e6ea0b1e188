using System.Globalization;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Mutants;
using Reconciler.Simulation.World;

namespace Reconciler.Simulation;

/// <summary>The standalone runner: one seed with its log, or many fresh ones with their pace.</summary>
internal static class Program
{
    public static int Main(string[] arguments) => Run(arguments, null, stops: false);

    private static int Run(string[] arguments, RemoteApi? api, bool stops) => arguments switch
    {
        ["--api", var name, .. var rest] when Enum.TryParse<RemoteApi>(name, out var only) => Run(rest, only, stops),
        ["--stops", .. var rest] => Run(rest, api, stops: true),
        ["--fresh", var count] => new FreshRun(Number(count), FreshRun.Start(), api, stops).Run(),
        ["--fresh", var count, "--from", var first] =>
            new FreshRun(Number(count), ulong.Parse(first, CultureInfo.InvariantCulture), api, stops).Run(),
        ["--mutants", var count] => KillMutants(int.Parse(count, CultureInfo.InvariantCulture)),
        [var seed] when ulong.TryParse(seed, CultureInfo.InvariantCulture, out var number) =>
            One(number, api ?? RemoteApi.ForgeV2, stops),
        _ => Usage(),
    };

    private static int One(ulong seed, RemoteApi api, bool stops)
    {
        SimKernel.KeepLog = true;
        var result = SimRun.Run(seed, api, stops: stops);
        Console.Out.Write(result.Log);
        Console.Out.Write(result.Describe());
        return result.Held ? 0 : 1;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int KillMutants(int seeds)
    {
        foreach (var (mutant, known, api) in SimulationMutants.All)
        {
            var killed = SimulationMutants.Kill(mutant, known, api, seeds);
            Console.WriteLine(killed is null ? $"{mutant.Name}: survived" : $"{mutant.Name}: seed {killed.Asked}");
            foreach (var violation in killed?.Violations ?? [])
            {
                Console.WriteLine($"  {violation}");
            }
        }

        return 0;
    }

    private static int Usage()
    {
        Console.Error.WriteLine(
            "usage: [--api <spec.api>] [--stops] (<seed> | --fresh <count> [--from <seed>]) | --mutants <seeds>");
        return 2;
    }
}
