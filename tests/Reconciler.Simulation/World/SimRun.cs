using Reconciler.Core.Modules;

namespace Reconciler.Simulation.World;

/// <summary>How a seed ended.</summary>
/// <param name="Digest">Of the whole event log: equal for equal seeds (M6).</param>
internal sealed record SimResult(ulong Seed, RemoteApi Api, bool Stops, IReadOnlyList<string> Violations,
    ulong Digest, string Log, TimeSpan Virtual)
{
    /// <summary>What the runner is asked for to see it again.</summary>
    public string Asked => $"{(Api == RemoteApi.ForgeV2 ? "" : $"--api {Api} ")}{(Stops ? "--stops " : "")}{Seed}";

    public bool Held => Violations.Count == 0;

    /// <summary>One line, and one more for each violation.</summary>
    public string Describe() => string.Concat(
        Violations.Select(static violation => $"  {violation}{Environment.NewLine}")
            .Prepend($"seed {Asked}: {(Held ? "held" : "FAILED")}, digest {Digest:x16}{Environment.NewLine}"));
}

/// <summary>
/// One seed from beginning to end: a safety phase with faults and checkers after each step, then a liveness phase
/// without faults that must settle, then a rest in which nothing may be written (M1).
/// </summary>
internal static class SimRun
{
    private static readonly TimeSpan SettleWithin = TimeSpan.FromHours(3);

    /// <param name="stops">Operators are asked to stop as well (Q10). A seed means another run then, and what it always
    /// meant without.</param>
    public static SimResult Run(
        ulong seed, RemoteApi api = RemoteApi.ForgeV2, Sabotage? sabotage = null, bool stops = false)
    {
        using var world = new SimWorld(seed, sabotage ?? Sabotage.None, api, stops);
        new SimActors(world).Begin();
        var kernel = world.Kernel;
        kernel.Run(world.Knobs.Safety, () => world.Violations.Found.Count > 0);
        if (world.Violations.Found.Count == 0)
        {
            Settle(world);
        }

        if (kernel.Escape is { } escape)
        {
            world.Violations.Add("M6", escape);
        }

        return new SimResult(seed, api, stops, world.Violations.Found, kernel.Digest, kernel.LogText, kernel.Now);
    }

    private static void Settle(SimWorld world)
    {
        world.Heal();
        if (world.Replicas.Count == 0)
        {
            world.StartReplica();
        }

        if (world.Remote.Dialect.HasClientKeys)
        {
            // The late delete of a replacement takes away what was registered since, and is noticed at the next resync:
            // nothing is settled before the last one has arrived (seed 5227 on ConnectJira).
            world.Kernel.Run(world.Kernel.Now + SimWorld.LateMax, () => world.Violations.Found.Count > 0);
        }

        if (WhyNotSettled(world, SettleWithin) is { } why)
        {
            world.Violations.Add("LIVE", $"not settled after {SettleWithin:c}: {why}");
        }
        else if (world.Knobs.Rest > TimeSpan.Zero && !AsksForAStaticKey(world))
        {
            CheckRest(world);
        }
    }

    /// <summary>Runs until everything is settled; null then, else why it is not.</summary>
    public static string? WhyNotSettled(SimWorld world, TimeSpan within)
    {
        var settlement = new Settlement(world);
        var kernel = world.Kernel;
        var nextLook = TimeSpan.Zero;
        string? why = "not looked yet";
        kernel.Run(kernel.Now + within, () =>
        {
            if (kernel.Now >= nextLook)
            {
                nextLook = kernel.Now + TimeSpan.FromSeconds(10);
                why = settlement.WhyNot();
            }

            return why is null || world.Violations.Found.Count > 0;
        });
        return why is null ? null : settlement.WhyNot();
    }

    /// <summary>Connect refuses such a key and lists nothing under it, so nobody sees when it becomes free: it is asked
    /// for again every ten minutes (seed 235 on ConnectJira).</summary>
    private static bool AsksForAStaticKey(SimWorld world) =>
        world.Remote is { Dialect.IsConnect: true, Knobs.StaticKey: { } key }
        && world.All("dynamicmodules").Any(module => SimActors.WantedKey(module) == key);

    /// <summary>M1. The first resync after settling may still write down what it learned.</summary>
    private static void CheckRest(SimWorld world)
    {
        var kernel = world.Kernel;
        kernel.Run(kernel.Now + TimeSpan.FromMinutes(7), () => world.Violations.Found.Count > 0);
        var (remote, cluster) = (world.Remote.Writes.Count, world.ClusterWrites);
        kernel.Run(kernel.Now + world.Knobs.Rest, () => world.Violations.Found.Count > 0);
        if (world.Remote.Writes.Count > remote)
        {
            world.Violations.Add("M1",
                $"{world.Remote.Writes.Count - remote} remote writes at rest: {world.Remote.Writes[^1]}");
        }

        if (world.ClusterWrites > cluster)
        {
            world.Violations.Add("M1", $"{world.ClusterWrites - cluster} writes to the API server at rest");
        }
    }
}
