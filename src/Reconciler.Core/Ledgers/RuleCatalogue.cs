using System.Collections.Immutable;

namespace Reconciler.Core.Ledgers;

/// <summary>
/// Every rule id and what it means: the table of docs/protocol-internals.md is compared with it, <c>reconciler why</c>
/// prints from it. The order is that of the protocol.
/// </summary>
public static class RuleCatalogue
{
    public static ImmutableArray<RuleEntry> Entries { get; } =
    [
        new(RuleIds.TakeOver, "a process became leader",
            "it raises the epoch by compare-and-swap; every open create counts as unknown from now on"),
        new(RuleIds.AwaitFinalizer, "a live resource has no finalizer yet", "add it and wait for the acknowledgement"),
        new(RuleIds.Adopt, "no entry, an identical module nobody claims, and adoption is allowed", "bind it"),
        new(RuleIds.Import, "`importKey` names a module", "bind it, or say why not"),
        new(RuleIds.Rebuild, "the ledger was lost and the status still names a key that is there", "bind it again"),
        new(RuleIds.Create, "no entry, no match, room in the quota, breaker closed",
            "write the intent with the baseline (keys that exist before), then register once"),
        new(RuleIds.DuplicateDesired, "another DynamicModule wants the same content",
            "register nothing, `DuplicateDesired`"),
        new(RuleIds.AdoptionRequired, "Shared, and an identical module exists that is not provably ours",
            "register nothing, `AdoptionRequired`"),
        new(RuleIds.KeyConflict, "the key we would choose is taken", "bind it if it is ours, else `KeyConflict`"),
        new(RuleIds.Quota, "the installation is full", "register nothing until there is room, `QuotaExceeded`"),
        new(RuleIds.TerminalRefusal, "the remote refused this content for good", "send nothing until the spec changes"),
        new(RuleIds.Created, "the remote answered 201 with a key",
            "bind it; if the entry has moved on, owe a delete for the new key"),
        new(RuleIds.Refused, "the remote provably did not do it", "close the attempt; the next one may follow"),
        new(RuleIds.Unknown, "the answer was lost: it may or may not have happened",
            "register nothing; look for the module it may have made"),
        new(RuleIds.Resolved, "a module that is new since the baseline is what the lost create sent", "bind it"),
        new(RuleIds.WeakCandidate, "something new of the same type, but not what was sent",
            "Exclusive with exactly one: bind and update it; else `AmbiguousCreate`"),
        new(RuleIds.Absent, "no trace in two complete lists, both begun after the wait W",
            "it did not happen: close the attempt; the next one may follow"),
        new(RuleIds.Surplus, "more new modules than lost creates",
            "bind one each; Exclusive owes a delete for the rest, Shared reports `DuplicateSuspected`"),
        new(RuleIds.Update, "bound, and the spec changed", "update in place"),
        new(RuleIds.CorrectDrift, "bound, and the remote was changed from outside",
            "by `drift`: correct, warn or ignore"),
        new(RuleIds.Learn, "the remote answered with defaults of its own", "remember them: they are not drift"),
        new(RuleIds.InSync, "bound, and the remote equals the spec", "nothing"),
        new(RuleIds.Contended, "corrected again and again, and changed back each time", "stop correcting, `Contended`"),
        new(RuleIds.Replace, "bound, and the type changed", "delete, then register anew"),
        new(RuleIds.FinishReplacement, "delete and register are the only update, and only the delete was done",
            "register what is wanted; if that is refused, register the former definition again, until it is there"),
        new(RuleIds.Missing, "bound, and not in the list",
            "wait for lag; found by a read, and still not listed ε later: shadowed; absent twice: "
            + "`onMissing` decides, recreate or hold"),
        new(RuleIds.Delete, "the resource is being deleted", "announce, delete, see the absence, let the finalizer go"),
        new(RuleIds.DeleteVanished, "the resource vanished without a deletion", "delete its module after a grace"),
        new(RuleIds.Release, "`deletionPolicy: Orphan`, or nothing is left to delete",
            "let the finalizer go; the module stays and is not pruned later"),
        new(RuleIds.ResolveFirst, "deleted while a create is open, or may still be carried out under our key",
            "find out what the create did before the delete"),
        new(RuleIds.InstallationGone, "the remote has refused us for a day",
            "release: the modules went with the installation"),
        new(RuleIds.DeleteOrphan, "we owe a delete", "delete, see the absence, strike it off"),
        new(RuleIds.LateCommit, "an unclaimed module is what a closed attempt sent",
            "bind it if its resource has none; else Exclusive owes a delete, Shared reports `DuplicateSuspected`"),
        new(RuleIds.Prune, "Exclusive, and nobody claims the module or let it go", "delete it"),
        new(RuleIds.Mode, "`mode` does not allow the change", "withhold it"),
        new(RuleIds.Breaker, "the plan deletes more than `maxDeletes`",
            "withhold the deletes until approved, `BreakerOpen`"),
        new(RuleIds.Approval, "`applyPolicy: Manual`",
            "withhold the plan until its hash is approved, `ApprovalRequired`"),
        new(RuleIds.Suspended, "`suspend: true`", "leave it alone"),
        new(RuleIds.Invalid, "the spec cannot be used", "send nothing until it changes, `InvalidData`"),
        new(RuleIds.Takeover, "the ledger was written by another cluster, or for another remote",
            "only observe until confirmed, `TakeoverPending`"),
        new(RuleIds.Rekey, "the resource came back with another UID", "its entry follows its name"),
        new(RuleIds.Fault, "the remote could not be read", "conclude nothing; try again"),
    ];

    /// <summary>Null for an id of another version.</summary>
    public static RuleEntry? Find(string rule) =>
        Entries.FirstOrDefault(entry => string.Equals(entry.Rule, rule, StringComparison.Ordinal));

    /// <summary>The table as it stands in docs/protocol-internals.md.</summary>
    public static string ToMarkdown() =>
        "| rule | when | then |\n|---|---|---|\n"
        + string.Concat(Entries.Select(entry => $"| {entry.Rule} | {entry.When} | {entry.Then} |\n"));
}
