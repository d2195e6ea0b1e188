using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Checks;
using Reconciler.Simulation.Cluster;
using Reconciler.Simulation.Kernel;
using Reconciler.Simulation.Net;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.World;

/// <summary>A cluster, a remote and some operators under one seed, with every checker attached.</summary>
internal sealed class SimWorld : IDisposable
{
    public const string Namespace = "team-a";
    public const string Installation = "acme";

    /// <summary>The longest a request may be on its way (T_srv).</summary>
    public static readonly TimeSpan LateMax = TimeSpan.FromSeconds(58);

    /// <summary>How long a process has from SIGTERM to SIGKILL: the chart's terminationGracePeriodSeconds.</summary>
    public static readonly TimeSpan KillAfter = TimeSpan.FromSeconds(45);

    private static readonly WireOptions Wire = new(
        TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(50), LateMax);

    private readonly RemoteWatch _remoteWatch;
    private readonly List<SimReplica> _everStarted = [];
    private readonly Dictionary<string, long> _generations = new(StringComparer.Ordinal);
    private int _started;

    public SimWorld(ulong seed, Sabotage sabotage, RemoteApi api, bool stops)
        : this(seed, sabotage, random => SwarmKnobs.Draw(random, api, seed, stops))
    {
    }

    public SimWorld(ulong seed, Sabotage sabotage, Func<SimRandom, SwarmKnobs> draw)
    {
        Sabotage = sabotage;
        Kernel = new SimKernel(seed);
        Knobs = draw(Kernel.Random);
        Violations = new Violations(Kernel);
        Api = new SimApiServer(Kernel, Knobs.Api);
        Remote = new SimRemote(Kernel, SimDialect.Of(Knobs.SpecApi), Knobs.Remote);
        Provenance = new Provenance(Kernel, Violations, Remote, Knobs);
        Ledgers = new LedgerWatch(Kernel, Violations, Remote, Provenance);
        Objects = new ObjectsWatch(Violations, Ledgers, Remote, Provenance);
        _remoteWatch = new RemoteWatch(
            Kernel, Violations, Ledgers, Remote, Provenance,
            new RemoteExpectations(
                Knobs.Remote.Quota, () => Knobs.MaxDeletes, Wire.LatencyMax, Knobs.Observe,
                SoleWriter: !Knobs.ForeignWriter && Knobs.Remote.ListLagMax == TimeSpan.Zero && !CommitsLateByKey,
                RefusalsAreRecorded: Knobs.ApiFaults.Count == 0 && Knobs.Crashes == 0 && Knobs.Freezes == 0
                    && Knobs.AimedFreezes == 0 && Knobs.Stops == 0));
        Remote.MayOmit = key => Ledgers.All.Any(ledger => ledger.Claims(key));
        Watch();
    }

    /// <summary>Where we choose the key a create is not counted any more when its key is free, and may still be carried
    /// out: whoever is counted in its place is refused once, which is no harm (seed 228 on ForgeContainer).</summary>
    private bool CommitsLateByKey =>
        Remote.Dialect.HasClientKeys && Knobs.RemoteFaults.ContainsKey(WireFault.CommittedLate);

    public SimKernel Kernel { get; }

    public SwarmKnobs Knobs { get; private set; }

    public Violations Violations { get; }

    public SimApiServer Api { get; }

    public SimRemote Remote { get; }

    public LedgerWatch Ledgers { get; }

    public ObjectsWatch Objects { get; }

    public List<SimReplica> Replicas { get; } = [];

    /// <summary>Writes to the API server other than leases and events, for M1.</summary>
    public int ClusterWrites { get; private set; }

    /// <summary>Told of each request as it arrives: at "api" or at "remote".</summary>
    public Action<string, SimRequest>? Arriving { get; set; }

    public Provenance Provenance { get; }

    public Sabotage Sabotage { get; }

    public SimReplica StartReplica()
    {
        _started++;
        var replica = SimReplica.Start(this, $"op-{_started.ToString(CultureInfo.InvariantCulture)}");
        Replicas.Add(replica);
        _everStarted.Add(replica);
        return replica;
    }

    public void Crash(SimReplica replica)
    {
        replica.Process.Crash();
        Replicas.Remove(replica);
    }

    /// <summary>SIGTERM; and SIGKILL for who has not ended in time (Q10). Only who was frozen may need it.</summary>
    public void Stop(SimReplica replica)
    {
        var (process, freezes) = (replica.Process, replica.Process.Frozen ? -1 : replica.Process.Freezes);
        replica.Stop();
        Kernel.After(KillAfter, () =>
        {
            if (!Replicas.Contains(replica))
            {
                return;
            }

            if (process.Freezes == freezes)
            {
                Violations.Add("Q10", $"{replica.Name} still runs {KillAfter:c} after it was asked to stop");
            }

            Crash(replica);
        });
    }

    public void Exited(SimReplica replica)
    {
        replica.Process.Exit();
        Replicas.Remove(replica);
    }

    public void Dispose()
    {
        foreach (var replica in _everStarted)
        {
            replica.Process.Crash();
            replica.Dispose();
        }
    }

    public void Heal()
    {
        Kernel.Log("world", "heals");
        Knobs = Knobs.Healed();
        Api.Knobs = Knobs.Api;
        Remote.Knobs = Knobs.Remote;
        LiftLimits();
        foreach (var replica in Replicas.Where(static replica => replica.Process.Frozen))
        {
            replica.Process.Thaw();
        }
    }

    /// <summary>What only a person can do when the quota is full or too much would be deleted: raise the
    /// limits.</summary>
    private void LiftLimits()
    {
        var kind = SimKind.All.First(static kind => kind.Plural == "installations");
        var id = $"{Namespace}/{Installation}";
        var current = Api.Store.Find(kind, id)!;
        var next = current.DeepClone().AsObject();
        next["spec"]!["quota"] = 100;
        next["spec"]!["maxDeletes"]!["count"] = 100;
        Api.Store.Update(kind, id, current, next);
    }

    public SimTransport ApiTransport(SimProcess process) => new(process, "api", ServeApi, ApiFault, Wire);

    public SimTransport RemoteTransport(SimProcess process) => new(
        process, "remote", request => ServeRemote(process, request), request => RemoteFault(process, request), Wire);

    private SimResponse ServeApi(SimRequest request)
    {
        Arriving?.Invoke("api", request);
        return Api.Serve(request);
    }

    /// <summary>The other worst moment: the remote has acted and the sender hears of it after its successor.</summary>
    private SimResponse ServeRemote(SimProcess process, SimRequest request)
    {
        Arriving?.Invoke("remote", request);
        var response = _remoteWatch.Serve(request);
        if (request.Method == "POST" && Knobs.AimedFreezes > 0 && process is { Frozen: false, Dead: false }
            && Kernel.Random.Chance(Knobs.AimedFreezes * 3))
        {
            Freeze(process, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(120));
        }

        return response;
    }

    /// <summary>The worst moment for a pause: an intent is stored and nothing is sent.</summary>
    private void FreezeWriter(string ledger)
    {
        if (Knobs.AimedFreezes > 0 && Kernel.Random.Chance(Knobs.AimedFreezes)
            && Replicas.Find(replica => replica.Name == Ledgers.Latest(ledger)?.Writer) is { Process: var process })
        {
            Freeze(process, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(60));
        }
    }

    public void Freeze(SimProcess process, TimeSpan min, TimeSpan max)
    {
        process.Freeze();
        Kernel.Between(
            min, max,
            () =>
            {
                if (process is { Frozen: true, Dead: false })
                {
                    process.Thaw();
                }
            });
    }

    private WireFault ApiFault(SimRequest request)
    {
        var fault = Draw(Knobs.ApiFaults);
        // A watch is opened, not executed: only what keeps it from opening applies.
        return request.Parameter("watch") == "true" && fault is not (WireFault.NotSent or WireFault.ErrorBefore)
            ? WireFault.None
            : fault;
    }

    private WireFault RemoteFault(SimProcess process, SimRequest request)
    {
        foreach (var attempt in request.Attempts)
        {
            // The guard is asked in the step that hands the body to the wire, so a freeze between the two (A6) cannot
            // happen here. A replacement is announced without a deadline.
            if (Ledgers.Announced.TryGetValue(attempt, out var announced)
                && !Replacements.Names(attempt, announced.Key ?? "")
                && Kernel.Now - announced.At > TimeSpan.FromSeconds(5))
            {
                Violations.Add("T4", $"{process.Name} sent {attempt} {Kernel.Now - announced.At:c} after its intent");
            }
        }

        return Draw(Knobs.RemoteFaults);
    }

    private WireFault Draw(IReadOnlyDictionary<WireFault, double> faults)
    {
        foreach (var (fault, chance) in faults)
        {
            if (Kernel.Random.Chance(chance))
            {
                return fault;
            }
        }

        return WireFault.None;
    }

    private void Watch()
    {
        var publish = Api.Store.Committed;
        Api.Store.Committed = change =>
        {
            if (change.Kind.Plural == "moduleledgers")
            {
                Ledgers.Committed(change);
                FreezeWriter(change.Id);
            }

            if (change.Kind.Plural == "dynamicmodules")
            {
                NoteUser(change);
            }

            if (change.Kind.Plural is not ("leases" or "events"))
            {
                ClusterWrites++;
            }

            publish?.Invoke(change);
        };
        var seen = -1;
        Kernel.AfterStep = () =>
        {
            if (seen != Remote.Changes + ClusterWrites)
            {
                seen = Remote.Changes + ClusterWrites;
                Objects.Check();
            }
        };
    }

    private void NoteUser(SimChange change)
    {
        if (change.Type == "DELETED")
        {
            Objects.Removed(change);
        }

        var metadata = change.Object.Item["metadata"]!;
        var (uid, generation) = (metadata["uid"]!.GetValue<string>(), metadata["generation"]!.GetValue<long>());
        if (!_generations.TryGetValue(uid, out var before) || before != generation)
        {
            _generations[uid] = generation;
            _remoteWatch.SpecChanged(uid);
        }
    }

    /// <summary>What the API server holds of a kind.</summary>
    public IEnumerable<JsonObject> All(string plural) => Api.Store.All(plural);
}
