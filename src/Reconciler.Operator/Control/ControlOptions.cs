using Reconciler.Core.Execution;

namespace Reconciler.Operator.Control;

/// <summary>Tuning of the control loop.</summary>
internal sealed record ControlOptions
{
    /// <summary>Installations worked on at the same time.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>Longest a pass may take; what is left is done by the next one.</summary>
    public TimeSpan PassDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Writes to the API server that one pass has under way at the same time.</summary>
    public int ParallelWrites { get; init; } = 8;

    public PassOptions Pass { get; init; } = new();

    /// <summary>Name of this process in ledgers and events.</summary>
    public required string Identity { get; init; }

    /// <summary>Accept plain http to remotes that are not loopback hosts.</summary>
    public bool AllowInsecureRemote { get; init; }
}
