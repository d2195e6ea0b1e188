using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Verdicts;

namespace Reconciler.Core.Planning;

/// <summary>
/// Decides what to do, from a resolved ledger and a complete list. Pure, total, static: no clock, no IO, no exception
/// on data; the same input in any order gives the same plan. For each module the first check that answers decides:
/// <code>
///  resource   ledger    remote                          decision
///  ---------  --------  ------------------------------  -----------------------------------------------
///  deleting   none      may still appear by our key     wait                                       T10i
///  deleting   none      -                               release the finalizer                      T10
///  deleting   intent    -                               resolve first                              T10i
///  deleting   bound     -                               suspended: wait   else: delete             P5, T10
///  suspended  any       -                               leave alone                                P5
///  invalid    any       -                               InvalidData                                P6
///  live       deleting  -                               finish the delete, then register           T8x
///  live       intent    no proof yet                    wait, or AmbiguousCreate                   T4c, T5w
///  live       bound     absent, unsure or held          wait, Missing, ShadowedByStaticModule      T9
///  live       bound     absent by a half replacement    register, or restore the former            T8r
///  live       bound     ≡, or as settled                Synced                                     T8e
///  live       bound     desired changed                 update (another type: delete, register)    T8, T8x
///  live       bound     differs, own write under ε ago  wait                                       T8e
///  live       bound     differs                         by drift policy: update | warn | ignore    T8d
///  live       bound     differs again and again         Contended                                  T8c
///  live       none      importKey                       bind, or say why not                       T2i
///  live       none      our client key is taken         bind if ours, else KeyConflict             T3k
///  live       none      unclaimed ≈                     Exclusive, IfIdentical: bind               T2
///  live       none      refused for good before         InvalidData                                T3t
///  live       none      same content desired twice      DuplicateDesired                           T3d
///  live       none      unclaimed ≈, Shared             AdoptionRequired                           T3h
///  live       none      nothing                         register                                   T3
///  gone       bound     -                               delete after a grace                       T10v
///  -          orphan    -                               delete                                     T11
///  -          -         unclaimed, not let go, Excl.    prune                                      P1
/// </code>
/// Then policy takes away: mode (P2), quota (T3q), mass-delete breaker (P3), approval (P4).
/// </summary>
public static class Planner
{
    private static readonly ImmutableArray<Check> DeletingChecks =
    [
        DeletionChecks.AwaitLateCommits,
        DeletionChecks.NothingToDelete,
        DeletionChecks.ResolveFirst,
        DeletionChecks.Suspended,
        DeletionChecks.Delete,
    ];

    private static readonly ImmutableArray<Check> LiveChecks =
    [
        StandingChecks.Suspended,
        StandingChecks.Invalid,
        StandingChecks.FinishDelete,
        StandingChecks.Undecided,
        BoundChecks.FinishReplacement,
        BoundChecks.NotObserved,
        BoundChecks.InSync,
        BoundChecks.RefusedBefore,
        BoundChecks.TypeChanged,
        BoundChecks.DesiredChanged,
        BoundChecks.OwnWriteSettles,
        BoundChecks.DriftTolerated,
        BoundChecks.Contended,
        BoundChecks.CorrectDrift,
        CreateChecks.AwaitFinalizer,
        CreateChecks.InstallationDeleting,
        CreateChecks.Import,
        CreateChecks.ClientKeyTaken,
        CreateChecks.Adopt,
        CreateChecks.RefusedBefore,
        CreateChecks.DesiredTwice,
        CreateChecks.AdoptionRequired,
        CreateChecks.Register,
    ];

    public static Plan Plan(Resolution resolution, Situation situation)
    {
        var draft = new PlanDraft(resolution, situation);
        foreach (var module in situation.Desired)
        {
            draft.Add(Decide(draft.CaseOf(module)));
        }

        Leftovers.Add(draft);
        return PlanPolicies.Apply(draft);
    }

    private static Decision Decide(ModuleCase module)
    {
        var checks = module.Module.Deleting ? DeletingChecks : LiveChecks;
        foreach (var check in checks)
        {
            if (check(module) is { } decision)
            {
                return decision;
            }
        }

        // Unreachable: the last check of both tables always answers.
        return module.Stand(Progress.Reconciling, Reasons.Registering, "No rule applies.", RuleIds.Create);
    }
}
