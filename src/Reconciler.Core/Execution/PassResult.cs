using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>Everything one pass over an installation needs to know.</summary>
/// <param name="ClusterId">This cluster's id: a ledger that names another one is only observed
/// (TakeoverPending).</param>
/// <param name="Writer">Name of this process in the ledger.</param>
public sealed record PassInput(
    Installation Installation, ImmutableArray<DesiredModule> Desired, string ClusterId, string Writer);

/// <summary>How a pass ended. The controller's one switch makes it a time to look again; apply and migrate, which have
/// no queue, each read it for themselves.</summary>
public abstract record PassOutcome
{
    private PassOutcome() { }

    /// <summary>Nothing is left to do until something changes or the resync is due.</summary>
    public sealed record Settled : PassOutcome;

    /// <summary>Work is left that time resolves: look again after <paramref name="After"/> (ε, W, a verdict's
    /// wish).</summary>
    public sealed record Wait(TimeSpan After) : PassOutcome;

    /// <summary>A transient fault: try again with backoff, or after <paramref name="RetryAfter"/> when the remote
    /// said.</summary>
    public sealed record Retry(RemoteFault Fault, TimeSpan? RetryAfter) : PassOutcome
    {
        /// <summary>What modules that the fault does not concern wait for; null: nothing. The backoff must not stretch
        /// it.</summary>
        public TimeSpan? Wake { get; init; }
    }

    /// <summary>The ledger could not be read or written, or somebody else wrote it: try again with backoff.</summary>
    public sealed record LedgerUnavailable(string Message) : PassOutcome;

    /// <summary>A person must act; nothing is tried until a change or the resync.</summary>
    public sealed record Stalled(string Reason, string Message) : PassOutcome;
}

/// <summary>What a pass did and where everything stands now.</summary>
/// <param name="Verdicts">One for every desired module, after execution.</param>
/// <param name="Ledger">As last acknowledged; null when it could not be read.</param>
/// <param name="Installation">Where the installation as a whole stands (reason, message, progress).</param>
/// <param name="Counts">Null when the remote could not be listed: nothing is known, so nothing is overwritten.</param>
public sealed record PassResult(
    PassOutcome Outcome, ImmutableArray<ModuleVerdict> Verdicts, Plan? Plan, Ledger? Ledger,
    InstallationVerdict Installation, ModuleCounts? Counts)
{
    /// <summary>Whether a verdict without a key means that the module has none. Only a pass that saw the remote can
    /// tell: a ledger that was lost or restored does not know of modules that it must find again by their old keys
    /// (T2m).</summary>
    public bool KnowsKeys => Ledger is not null && Counts is not null;

    /// <summary>What was written to the remote, in order, for events, logs and the CLI.</summary>
    public ImmutableArray<ExecutedAction> Executed { get; init; } = [];

    /// <summary>What differed from its spec when the pass looked, before it wrote anything.</summary>
    public ImmutableArray<DriftedModule> Drifted { get; init; } = [];
}

/// <summary>Where an installation stands.</summary>
public sealed record InstallationVerdict(Progress Progress, string Reason, string Message);

/// <summary>Modules of an installation by state; <c>status.modules</c>.</summary>
public sealed record ModuleCounts(int Desired, int Bound, int Remote, int Unmanaged, int Pending, int Orphans);

/// <summary>One action and how it ended.</summary>
/// <param name="Fault">Null when it succeeded.</param>
/// <param name="Key">The remote key concerned, the new one after a create.</param>
public sealed record ExecutedAction(PlannedAction Action, string? Key, RemoteFault? Fault, bool Unknown = false);
