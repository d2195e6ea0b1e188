using Reconciler.Core.Modules;
using Reconciler.Simulation.Cluster;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.World;

/// <summary>
/// Everything a run varies, drawn from its seed: how many resources and replicas, which faults and how often. Each
/// fault is on in some runs and off in others, so that rare ones are not drowned by frequent ones (swarm testing).
/// </summary>
internal sealed record SwarmKnobs
{
    /// <summary>Apart from everything else that is drawn: what a seed means for Forge v2 stays as it was before the
    /// other APIs were played.</summary>
    private const ulong StreamOfKeys = 0x6B65795F6F66_5F6D;

    /// <summary>Apart, for the same reason: only runs that are asked for with stops have any.</summary>
    private const ulong StreamOfStops = 0x73746F70735F6F66;

    /// <summary>Asked for together with the seed, not drawn from it.</summary>
    public RemoteApi SpecApi { get; init; } = RemoteApi.ForgeV2;

    /// <summary>Foreign actors may take keys that we would choose.</summary>
    public bool ForeignKeys { get; init; }

    /// <summary>Users choose keys themselves, now and then the same one twice.</summary>
    public bool ChosenKeys { get; init; }

    /// <summary>Users create all their modules at once: a remote that takes several in one request gets them so.
    /// </summary>
    public bool AtOnce { get; init; }

    public int Replicas { get; init; } = 1;

    public int Modules { get; init; } = 3;

    public int Edits { get; init; } = 10;

    public bool Exclusive { get; init; }

    public bool Observe { get; init; }

    public bool AdoptIdentical { get; init; }

    public int Twins { get; init; }

    public bool ForeignWriter { get; init; }

    public bool BadData { get; init; }

    public int Crashes { get; init; }

    public int Freezes { get; init; }

    /// <summary>How often a replica is asked to end (SIGTERM) and another started.</summary>
    public int Stops { get; init; }

    public int Compactions { get; init; }

    public int WallJumps { get; init; }

    public int TokenRotations { get; init; }

    public int StatusLosses { get; init; }

    /// <summary>How likely the writer of a ledger version freezes the moment it is stored.</summary>
    public double AimedFreezes { get; init; }

    /// <summary>Foreign actors may make exact twins of what users want (A5).</summary>
    public bool ForeignTwins { get; init; }

    /// <summary>Users delete everything at once, now and then.</summary>
    public int MassDeletes { get; init; }

    /// <summary>The Installation's <c>maxDeletes.count</c>.</summary>
    public int MaxDeletes { get; init; } = 10;

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary><c>--shutdown-grace</c>.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long nothing may be written at the end (M1); zero: not looked at.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMinutes(6);

    public TimeSpan Safety { get; init; } = TimeSpan.FromMinutes(12);

    public IReadOnlyDictionary<WireFault, double> RemoteFaults { get; init; } = new Dictionary<WireFault, double>();

    public IReadOnlyDictionary<WireFault, double> ApiFaults { get; init; } = new Dictionary<WireFault, double>();

    public ApiServerKnobs Api { get; init; } = new();

    public RemoteKnobs Remote { get; init; } = new();

    public static SwarmKnobs Draw(SimRandom random, RemoteApi api, ulong seed, bool stops)
    {
        var drawn = Draw(random);
        var knobs = api == RemoteApi.ForgeV2 ? drawn : drawn.Over(api, new SimRandom(seed ^ StreamOfKeys));
        return stops ? knobs with { Stops = new SimRandom(seed ^ StreamOfStops).Next(1, 5) } : knobs;
    }

    private static SwarmKnobs Draw(SimRandom random)
    {
        var foreign = random.Chance(0.4);
        return new SwarmKnobs
        {
            Replicas = random.Next(1, 3),
            Modules = random.Next(1, 6),
            Edits = random.Next(0, 14),
            Exclusive = !foreign && random.Chance(0.4),
            Observe = random.Chance(0.03),
            AdoptIdentical = random.Chance(0.2),
            Twins = random.Chance(0.35) ? random.Next(1, 2) : 0,
            ForeignWriter = foreign,
            BadData = random.Chance(0.2),
            Crashes = random.Chance(0.7) ? random.Next(1, 5) : 0,
            Freezes = random.Chance(0.3) ? random.Next(1, 2) : 0,
            Compactions = random.Chance(0.4) ? random.Next(1, 4) : 0,
            WallJumps = random.Chance(0.3) ? random.Next(1, 4) : 0,
            TokenRotations = random.Chance(0.2) ? random.Next(1, 2) : 0,
            StatusLosses = random.Chance(0.2) ? 1 : 0,
            AimedFreezes = random.Chance(0.25) ? 0.1 : 0,
            ForeignTwins = foreign && random.Chance(0.3),
            MassDeletes = random.Chance(0.15) ? 1 : 0,
            MaxDeletes = random.Chance(0.5) ? 1 : 10,
            // Lease traffic is most of all traffic: long leases make more seeds, short ones more elections.
            Lease = TimeSpan.FromSeconds(random.Chance(0.15) ? 15 : 45),
            // A rest is long and quiet: one seed in five has one, so that the others cost less than half of it.
            Rest = random.Chance(0.02) ? TimeSpan.FromHours(1)
                : random.Chance(0.2) ? TimeSpan.FromMinutes(6) : TimeSpan.Zero,
            Safety = TimeSpan.FromMinutes(random.Chance(0.3) ? 12 : 7),
            RemoteFaults = DrawFaults(random, 0.75, 0.35),
            ApiFaults = DrawFaults(random, 0.5, 0.15, WireFault.Garbled, WireFault.CommittedLate),
            Api = new ApiServerKnobs
            {
                PageSizeMax = random.Chance(0.3) ? random.Next(1, 3) : 500,
                WatchDropChance = random.Chance(0.4) ? random.NextDouble() * 0.1 : 0,
                WatchLagMax = random.Chance(0.3) ? TimeSpan.FromSeconds(random.Next(1, 20))
                    : TimeSpan.FromMilliseconds(20),
                WatchList = random.Chance(0.5),
            },
            Remote = new RemoteKnobs
            {
                Quota = random.Chance(0.2) ? random.Next(2, 6) : 100,
                PageSizeMax = random.Chance(0.4) ? random.Next(1, 3) : 100,
                ListLagMax = random.Chance(0.3) ? TimeSpan.FromSeconds(random.Next(1, 25)) : TimeSpan.Zero,
                AddsDefaults = random.Chance(0.3),
                ThrottleChance = random.Chance(0.2) ? 0.1 : 0,
                EmptyPages = random.Chance(0.2),
                OmitChance = random.Chance(0.25) ? 0.1 : 0,
            },
        };
    }

    private SwarmKnobs Over(RemoteApi api, SimRandom random)
    {
        var chosen = random.Chance(0.4);
        var isConnect = api is RemoteApi.ConnectJira or RemoteApi.ConnectConfluence;
        return this with
        {
            SpecApi = api,
            ForeignKeys = ForeignWriter && random.Chance(0.6),
            ChosenKeys = chosen,
            AtOnce = random.Chance(0.5),
            Remote = Remote with
            {
                RefusesBadData = BadData,
                StaticKey = chosen && random.Chance(0.4) ? "chosen-0" : null,

                // Connect has no pages and hides nothing (reference.md §7.1).
                PageSizeMax = isConnect ? int.MaxValue : Remote.PageSizeMax,
                EmptyPages = !isConnect && Remote.EmptyPages,
                OmitChance = isConnect ? 0 : Remote.OmitChance,
            },
        };
    }

    /// <summary>The same world without anything that breaks.</summary>
    public SwarmKnobs Healed() => this with
    {
        MaxDeletes = 100,
        AimedFreezes = 0,
        RemoteFaults = new Dictionary<WireFault, double>(),
        ApiFaults = new Dictionary<WireFault, double>(),
        Api = Api with { WatchDropChance = 0, WatchLagMax = TimeSpan.FromMilliseconds(20) },
        Remote = Remote with { ThrottleChance = 0, Quota = 100, ListLagMax = TimeSpan.Zero, OmitChance = 0 },
    };

    private static Dictionary<WireFault, double> DrawFaults(
        SimRandom random, double anyChance, double max, params WireFault[] without)
    {
        var faults = new Dictionary<WireFault, double>();
        if (!random.Chance(anyChance))
        {
            return faults;
        }

        foreach (var fault in Enum.GetValues<WireFault>().Except(without)
            .Where(static fault => fault != WireFault.None))
        {
            if (random.Chance(0.35))
            {
                faults[fault] = random.NextDouble() * max;
            }
        }

        return faults;
    }
}
