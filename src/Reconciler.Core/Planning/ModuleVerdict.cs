using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>How far a module is, in the words of kstatus.</summary>
public enum Progress
{
    /// <summary>Observed equals desired.</summary>
    Ready,

    /// <summary>Work is under way or waits for something that comes by itself.</summary>
    Reconciling,

    /// <summary>A person must act: nothing is tried until the spec, a policy or the remote changes.</summary>
    Stalled,

    /// <summary>Left alone on purpose (suspended): keeps its Ready history.</summary>
    Paused,
}

/// <summary>Where one module stands after a plan or a pass.</summary>
/// <param name="Reason">One of <see cref="Verdicts.Reasons"/>.</param>
/// <param name="Rule">The rule that decided, for <c>why</c> and the journal.</param>
public sealed record ModuleVerdict(ModuleOwner Owner, Progress Progress, string Reason, string Message, string Rule)
{
    public string? Key { get; init; }
    public Fingerprint? Applied { get; init; }

    /// <summary>The finalizer may be removed: the entry is gone from the acknowledged ledger.</summary>
    public bool Released { get; init; }

    /// <summary>When this module wants to be looked at again, from the pass's end; null: at the resync.</summary>
    public TimeSpan? WakeAfter { get; init; }
}
