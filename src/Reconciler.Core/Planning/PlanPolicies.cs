using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>
/// Filters over a finished draft, each taking actions away and saying why: mode, quota, mass-delete breaker, approval.
/// A stricter policy only removes actions.
/// </summary>
internal static class PlanPolicies
{
    public static Plan Apply(PlanDraft draft)
    {
        HoldByMode(draft);
        HoldByQuota(draft);

        // The hash names everything a person may approve; it must not depend on whether it is approved.
        var hash = PlanHash.Of(draft.InOrder());
        if (!IsApproved(draft, hash))
        {
            HoldByBreaker(draft);
            HoldByApproval(draft, hash);
            HoldByQuota(draft);
        }

        return draft.Finish(hash);
    }

    private static void HoldByMode(PlanDraft draft)
    {
        var mode = draft.Situation.Installation.Suspended
            ? ManagementMode.Observe
            : draft.Situation.Installation.Mode;
        draft.Hold(
            draft.Actions.Where(action => !Allows(mode, action)), Progress.Paused, Reasons.Suspended,
            $"Mode {mode} does not allow this change.", RuleIds.Mode);
    }

    private static bool Allows(ManagementMode mode, PlannedAction action) => mode switch
    {
        ManagementMode.Manage => true,
        ManagementMode.NoDelete => !action.Destroys(),
        ManagementMode.CreateOnly => action is PlannedAction.Create or PlannedAction.Bind
            or PlannedAction.Update { Rule: RuleIds.FinishReplacement },
        ManagementMode.Observe => false,
        _ => throw new InvalidOperationException($"unhandled {mode}"),
    };

    /// <summary>I7. Deletes of the same plan come first, so they make room; whether they really did is checked again
    /// before each batch of creates.</summary>
    private static void HoldByQuota(PlanDraft draft)
    {
        var room = QuotaRoom.Of(draft.Ledger, draft.Situation) + draft.Actions.Count(action => action.Destroys());
        var creates = draft.Actions.OfType<PlannedAction.Create>()
            .OrderBy(create => create.Module.Owner.ToString(), StringComparer.Ordinal)
            .Skip(Math.Max(0, room));
        var used = draft.Ledger.CountOccupied(draft.Situation.Observed.Keys);
        draft.Hold(creates, Progress.Stalled, Reasons.QuotaExceeded,
            $"{used} of {draft.Situation.Installation.Quota} modules exist: delete some or raise the quota.",
            RuleIds.Quota);
    }

    /// <summary>I11. What is in phase Deleting was let through before; it still counts.</summary>
    private static void HoldByBreaker(PlanDraft draft)
    {
        if (!draft.Situation.Rules.BreakOnMassDelete)
        {
            return;
        }

        var deletes = draft.Actions.Where(action => action.Destroys()).ToImmutableArray();
        var bound = draft.Ledger.Entries.Values.Count(entry => entry.Key is not null);
        var allowed = draft.Situation.Installation.MaxDeletes.Allowed(bound);
        var fresh = deletes.Where(action => !IsUnderWay(draft, action)).ToImmutableArray();
        if (deletes.Length > allowed)
        {
            draft.Hold(fresh, Progress.Stalled, Reasons.BreakerOpen,
                $"{deletes.Length} deletes are planned, {allowed} are allowed in one pass: approve the plan to go on.",
                RuleIds.Breaker);
        }
        else if (draft.Situation.Desired.All(static module => module.NotAllowed))
        {
            // An empty source is more often a broken source than a wish (external-dns#2858 and others).
            draft.Hold(fresh.Where(action => action is not PlannedAction.DeleteOrphan), Progress.Stalled,
                Reasons.BreakerOpen, "No module is desired at all: approve the plan to delete what is left.",
                RuleIds.Breaker);
        }
    }

    private static bool IsUnderWay(PlanDraft draft, PlannedAction action) =>
        action.Owner() is { } owner
            && draft.Ledger.Entries.GetValueOrDefault(owner.Uid) is { Phase: EntryPhase.Deleting };

    private static void HoldByApproval(PlanDraft draft, string hash)
    {
        if (draft.Situation.Installation.ApplyPolicy == ApplyPolicy.Manual)
        {
            draft.Hold(
                draft.Actions.Where(action => action.Mutates() && !IsUnderWay(draft, action)), Progress.Stalled,
                Reasons.ApprovalRequired, $"Plan {hash} waits for approval.", RuleIds.Approval);
        }
    }

    /// <summary>By its hash, or as what is left of a plan whose hash was approved and which was interrupted.</summary>
    private static bool IsApproved(PlanDraft draft, string hash) =>
        hash.Length > 0
            && (string.Equals(draft.Situation.Installation.ApprovedPlanHash, hash, StringComparison.Ordinal)
                || draft.Actions.Where(action => action.Mutates())
                    .All(action => draft.Situation.Evidence.ApprovedActions.Contains(action.Identity())));
}
