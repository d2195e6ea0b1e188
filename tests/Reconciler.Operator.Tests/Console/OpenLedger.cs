using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Tests.Console;

/// <summary>Ledgers in states that are short in life.</summary>
internal static class OpenLedger
{
    /// <summary>With one create announced whose outcome is not known, after two keys that existed before.</summary>
    public static Ledger OpenAll(this Ledger ledger, ModuleOwner owner)
    {
        var fingerprint = ModuleContent.Parse("trigger", "{}").Fingerprint;
        var opened = new DateTimeOffset(2026, 3, 1, 11, 59, 0, TimeSpan.Zero);
        var attempt = new Attempt("attempt-1", 1, fingerprint, "batch-1", opened);
        var batch = new Batch(
            ImmutableSortedSet.Create(StringComparer.Ordinal, "key-a", "key-b"),
            ImmutableSortedDictionary.Create<string, ModuleContent>(StringComparer.Ordinal));
        return ledger with
        {
            Entries = ledger.Entries.Add(
                owner.Uid, new LedgerEntry(owner, EntryPhase.Intent, null, fingerprint) { Attempt = attempt }),
            Batches = ledger.Batches.Add("batch-1", batch),
            Journal = [new(opened, owner.Uid, RuleIds.Create, "attempt 1 announced (attempt-1)")],
        };
    }
}
