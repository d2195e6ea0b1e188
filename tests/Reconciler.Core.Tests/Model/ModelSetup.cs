using Reconciler.Core.Execution;

namespace Reconciler.Core.Tests.Model;

/// <summary>What may happen in one exploration, and how often. Everything else is explored exhaustively.</summary>
internal sealed record ModelSetup
{
    public string Name { get; init; } = "sound";

    /// <summary>Passes over all processes; a path that has used them up is settled and judged.</summary>
    public int Passes { get; init; } = 3;

    public int Crashes { get; init; }

    /// <summary>Second leaders that appear while the first, frozen or slow, still has something under way.</summary>
    public int Failovers { get; init; }

    /// <summary>Steps of 31 s: longer than ε, shorter than the server may take to commit.</summary>
    public int Ticks { get; init; }

    /// <summary>Steps of 151 s, longer than W + ε, while no POST is under way.</summary>
    public int Waits { get; init; }

    /// <summary>The distinct resource may be deleted at any moment.</summary>
    public bool Deletion { get; init; }

    /// <summary>Somebody else may register a module of another type at any moment.</summary>
    public bool ForeignWrite { get; init; }

    /// <summary>Somebody else's module, identical to the twins, was there before us.</summary>
    public bool ForeignTwin { get; init; }

    public PassOptions Options { get; init; } = new();
}

/// <summary>An invariant does not hold; the message names it.</summary>
internal sealed class ModelViolation(string message) : Exception(message);
