namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Between which two steps of a registration or a deletion the operator dies.</summary>
public enum KillPoint
{
    FinalizerAdded,
    IntentWritten,
    CreateCommittedAnswerLost,
    CreateCommittedAfterDeath,
    LedgerBound,
    KeyInStatus,
    DeletionAnnounced,
    DeleteCommittedAnswerLost,
    LedgerLetGo,
}
