namespace Reconciler.Core.Planning;

/// <summary>
/// The load-bearing parts of the protocol as switches, all on. Tests turn one off to see that the checkers notice
/// (crash-safety.md §8, mutants); nothing else may.
/// </summary>
internal sealed record ProtocolRules
{
    public static ProtocolRules Sound { get; } = new();

    /// <summary>(b) Recovery only considers keys that did not exist before the POST.</summary>
    public bool CompareWithBaseline { get; init; } = true;

    /// <summary>(c) A conflicting write of a result re-reads the ledger and compensates (T4a).</summary>
    public bool RereadOnConflict { get; init; } = true;

    /// <summary>(d) The finalizer waits for an open create (T10i).</summary>
    public bool HoldFinalizer { get; init; } = true;

    /// <summary>An absent verdict takes W and two complete lists (T6).</summary>
    public bool WaitBeforeAbsent { get; init; } = true;

    /// <summary>An unknown outcome keeps its intent (T4c); off: it is taken for a refusal.</summary>
    public bool KeepUnknownIntent { get; init; } = true;

    /// <summary>⊒ counts as a match; off: only equal hashes do.</summary>
    public bool MatchServerDefaults { get; init; } = true;

    /// <summary>The mass-delete breaker (I11).</summary>
    public bool BreakOnMassDelete { get; init; } = true;

    /// <summary>A send asks deadline, lease and epoch first (T4).</summary>
    public bool GuardSend { get; init; } = true;

    /// <summary>A vanished module is gone only after a second list and a GET (T9).</summary>
    public bool DoubleCheckMissing { get; init; } = true;

    /// <summary>Quota counts what is announced and claimed, not only what is listed (I7).</summary>
    public bool CountAnnounced { get; init; } = true;

    /// <summary>A create waits for an acknowledged intent (I2).</summary>
    public bool AnnounceFirst { get; init; } = true;

    /// <summary>A key that others have is a conflict (T3k); off: their module is taken over.</summary>
    public bool SpareTakenKeys { get; init; } = true;

    /// <summary>The ledger keeps what a replacement removes until it is over (T8r).</summary>
    public bool KeepFormer { get; init; } = true;

    /// <summary>A resource that goes waits for creates that may still be carried out under its key (T10i).</summary>
    public bool AwaitLateCommits { get; init; } = true;
}
