using System.Text.Json.Nodes;
using Reconciler.Core.Modules;
using Reconciler.Simulation.Cluster;

namespace Reconciler.Simulation.World;

/// <summary>
/// Three modules, two of them twins, one operator, nothing that breaks: the ground of the metamorphic tests, which
/// change one thing and expect the same end.
/// </summary>
internal sealed class SmallScenario : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(30);

    private readonly SimActors _actors;

    public SmallScenario(
        ulong seed, Func<SwarmKnobs, SwarmKnobs>? change = null, RemoteApi api = RemoteApi.ForgeV2,
        Sabotage? sabotage = null)
    {
        var quiet = new SwarmKnobs { Modules = 0, Edits = 0, SpecApi = api };
        World = new SimWorld(seed, sabotage ?? Sabotage.None, _ => change?.Invoke(quiet) ?? quiet);
        _actors = new SimActors(World);
        _actors.Begin();
        _actors.Apply(Data("one"));
        _actors.Apply(Data("twin"), allowDuplicate: true);
        _actors.Apply(Data("twin"), allowDuplicate: true);
    }

    public SimWorld World { get; }

    /// <summary>What the remote holds, without keys and server defaults.</summary>
    public IReadOnlyList<string> Remote =>
    [
        .. World.Remote.Modules.Select(static module => $"{module.Type} {Plain(module.Data)}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Who is bound to what, and how each resource reads.</summary>
    public IReadOnlyList<string> Bindings =>
    [
        .. World.Ledgers.All.SelectMany(static ledger => ledger.Entries.Values)
            .Select(static entry => $"{entry.Owner} {entry.Phase} {entry.Key}").Order(StringComparer.Ordinal),
    ];

    public IReadOnlyList<string> Verdicts =>
    [
        .. World.All("dynamicmodules").Select(static item => $"{item["metadata"]!["name"]} {ReadyOf(item)}"),
    ];

    /// <summary>Who is about to be created, or may have been.</summary>
    public IReadOnlyList<string> OpenIntents =>
    [
        .. World.Ledgers.All.SelectMany(static ledger => ledger.Entries.Values)
            .Where(static entry => entry.Attempt is not null).Select(static entry => $"{entry.Owner}"),
    ];

    /// <summary>Whose lease it is; null: nobody's.</summary>
    public string? Leader =>
        World.All("leases").Select(static lease => lease["spec"]!["holderIdentity"]?.GetValue<string>())
            .FirstOrDefault();

    public int Posts => World.Remote.Writes.Count(static write => write.Method == "POST");

    public void Settle()
    {
        var why = SimRun.WhyNotSettled(World, Within);
        Assert.True(why is null && World.Violations.Found.Count == 0,
            $"{why} {string.Join("; ", World.Violations.Found)}");
    }

    public void Rest(TimeSpan duration) =>
        World.Kernel.Run(World.Kernel.Now + duration, () => World.Violations.Found.Count > 0);

    /// <summary>The user changes the first module.</summary>
    public void Edit(string endpoint) => _actors.Change("m-0", Data(endpoint));

    public void LoseStatuses() => _actors.LoseStatuses();

    /// <summary>Somebody deletes the ledger, finalizer and all.</summary>
    public void LoseLedger() => World.Api.Store.Restore(
        SimKind.All.First(static kind => kind.Plural == "moduleledgers"),
        $"{SimWorld.Namespace}/{SimWorld.Installation}", null);

    /// <summary>Crashes the operator after so many steps; false when it had settled before.</summary>
    public bool CrashAfter(long steps)
    {
        if (IsSettledAfter(steps))
        {
            return false;
        }

        World.Crash(World.Replicas[0]);
        World.StartReplica();
        return true;
    }

    /// <summary>Asks the operator to stop after so many steps and waits until it has; false when it had settled before.
    /// </summary>
    public bool StopAfter(long steps)
    {
        if (IsSettledAfter(steps))
        {
            return false;
        }

        Stop();
        return true;
    }

    /// <summary>Asks the operator to stop and waits until it has.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan Stop()
    {
        var began = World.Kernel.Now;
        World.Stop(World.Replicas[0]);
        World.Kernel.Run(
            began + SimWorld.KillAfter + SimWorld.KillAfter, () => World.Replicas.Count == 0);
        Assert.Empty(World.Violations.Found);
        Assert.Empty(World.Replicas);
        return World.Kernel.Now - began;
    }

    public void Dispose() => World.Dispose();

    private bool IsSettledAfter(long steps)
    {
        var until = World.Kernel.Steps + steps;
        while (World.Kernel.Steps < until)
        {
            World.Kernel.Step();
        }

        return new Settlement(World).WhyNot() is null;
    }

    private static string Data(string endpoint) =>
        $$"""{"events":["avi:jira:updated:issue"],"endpoint":"{{endpoint}}"}""";

    private static string Plain(string data)
    {
        var content = JsonNode.Parse(data)!.AsObject();
        content.Remove("zDefault");
        return ModuleContent.Parse("plain", content.ToJsonString()).Fingerprint.Value;
    }

    private static string? ReadyOf(JsonObject item) =>
        (item["status"]?["conditions"] as JsonArray)?
            .First(static condition => condition!["type"]!.GetValue<string>() == "Ready")!["reason"]!
                .GetValue<string>();
}
