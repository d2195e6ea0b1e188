using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>One create on its way.</summary>
internal sealed class Sending(PlannedAction.Create create, string attemptId)
{
    public PlannedAction.Create Create { get; } = create;
    public string AttemptId { get; } = attemptId;

    /// <summary>Monotonic time at which the write of the announcement began: the earliest it can count from.</summary>
    public long AnnouncedAt { get; set; }

    public Announcement Announcement => new(
        AttemptId, Create.Module.Owner, Create.Module.Content, Create.Key, Create.Module.DeletionPolicy);

    private Fingerprint Sent => Create.Module.Content.Fingerprint;

    public AttemptResult Created(CreateOutcome.Created created)
    {
        // An echo that does not hold what we sent says nothing about defaults: the next list tells.
        var settled = created.Content is { } echoed && echoed.RelateTo(Create.Module.Content) >= MatchRelation.Covers
            ? echoed.Fingerprint
            : (Fingerprint?)null;
        return new AttemptResult.Created(AttemptId, Create.Module.Owner, Sent, created.Key, settled);
    }

    public AttemptResult Refused(RemoteFault fault) => new AttemptResult.Refused(
        AttemptId, Create.Module.Owner, Sent, FaultRules.For(fault).Final, fault.Message);

    public AttemptResult NotSent(string why) =>
        new AttemptResult.Refused(AttemptId, Create.Module.Owner, Sent, ForGood: false, why);
}
