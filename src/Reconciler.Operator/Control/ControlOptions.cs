using Reconciler.Atlassian;
using Reconciler.Core.Execution;
using Reconciler.Core.Planning;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Operator.Control;

/// <summary>Tuning of the control loop.</summary>
internal sealed record ControlOptions
{
    public static readonly TimeSpan UsualPassDeadline = TimeSpan.FromMinutes(5);

    // W = 12 s. T_srv and ε are what tests of late commits and of lag may ask of the emulator.
    private static readonly ProtocolWindows Emulated = new()
    {
        Send = TimeSpan.FromSeconds(3),
        Http = TimeSpan.FromSeconds(3),
        Server = TimeSpan.FromSeconds(3),
        Consistency = TimeSpan.FromSeconds(2),
        Margin = TimeSpan.FromSeconds(1),
    };

    /// <summary>Installations worked on at the same time, those that are slow not counted.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>Passes under way at the same time. A pass that waits for its remote costs memory and no processor, so
    /// there is room for four times as many slow ones beside the quick.</summary>
    public WorkLanesOptions Lanes => new()
    {
        Places = Concurrency,
        SlowPlaces = 4 * Concurrency,
        Patience = TimeSpan.FromSeconds(5),
    };

    /// <summary>Longest a pass may take; what is left is done by the next one.</summary>
    public TimeSpan PassDeadline { get; init; } = UsualPassDeadline;

    /// <summary>After this long a pass ends between two actions, so that what it did is shown; the next follows at
    /// once. A minute is left to record and to write statuses.</summary>
    public TimeSpan PassSoftLimit { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Writes to the API server that one pass has under way at the same time.</summary>
    public int ParallelWrites { get; init; } = 8;

    public PassOptions Pass { get; init; } = new();

    /// <summary>Remotes on loopback hosts are emulators.</summary>
    public bool EmulatedRemotes { get; init; }

    /// <summary>Name of this process in ledgers and events.</summary>
    public required string Identity { get; init; }

    /// <summary>Accept plain http to remotes that are not loopback hosts.</summary>
    public bool AllowInsecureRemote { get; init; }

    /// <summary>Which hosts Installations may name; null: any.</summary>
    public RemoteHosts? Hosts { get; init; }

    /// <summary>
    /// How a pass over the remote at <paramref name="address"/> works. The waits are shorter for an emulator, which
    /// commits while it is asked and shows it in the next list; a remote of any other host always has the protocol's
    /// own, whatever was asked for.
    /// </summary>
    public PassOptions PassAgainst(Uri? address) =>
        (EmulatedRemotes && address is { IsLoopback: true } ? Pass with { Windows = Emulated } : Pass)
        with { SoftLimit = PassSoftLimit };
}
