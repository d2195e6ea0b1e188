using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>A create about to be announced.</summary>
/// <param name="Key">Client-keyed APIs only.</param>
public sealed record Announcement(
    string AttemptId, ModuleOwner Owner, ModuleContent Content, string? Key, DeletionPolicy DeletionPolicy);

/// <summary>An announced create whose end is not recorded yet, with everything recovery may compare.</summary>
/// <param name="OwnerUid">Empty for the attempt of an abandoned resource.</param>
/// <param name="Sent">Null only in a damaged ledger: then only an equal fingerprint is evidence.</param>
public sealed record OpenAttempt(
    string OwnerUid, string OwnerName, Attempt Attempt, string? Key, ModuleContent? Sent,
    ImmutableSortedSet<string> Baseline)
{
    /// <summary>How a remote module relates to what this attempt sent.</summary>
    public MatchRelation Relate(ObservedModule module)
    {
        if (Sent is not null)
        {
            return module.Content.RelateTo(Sent);
        }

        return module.Content.Fingerprint == Attempt.Fingerprint ? MatchRelation.Identical : MatchRelation.Weak;
    }
}

/// <summary>Opening and finding intents (T3). Nothing is sent before its intent is acknowledged (I2).</summary>
public static class Intents
{
    /// <summary>T3: announces a group of creates that share one baseline.</summary>
    public static Ledger Announce(
        this Ledger ledger, ImmutableArray<Announcement> creates, IEnumerable<string> observedKeys, DateTimeOffset now)
    {
        if (creates.IsEmpty)
        {
            return ledger;
        }

        var batchId = creates[0].AttemptId;
        var sent = creates.ToImmutableSortedDictionary(
            create => create.AttemptId, create => create.Content, StringComparer.Ordinal);
        var batch = new Batch(ledger.ClaimedKeys().Union(ledger.Released).Union(observedKeys), sent);
        var next = ledger with { Batches = ledger.Batches.Add(batchId, batch) };
        return creates.Aggregate(next, (current, create) => current.Announce(create, batchId, now));
    }

    /// <summary>All open attempts, of entries first, in ordinal order of their owners' names.</summary>
    public static ImmutableArray<OpenAttempt> OpenAttempts(this Ledger ledger)
    {
        var ofEntries = ledger.Entries
            .Where(pair => pair.Value.Attempt is not null)
            .OrderBy(pair => pair.Value.Owner.ToString(), StringComparer.Ordinal)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair =>
                ledger.Describe(pair.Key, pair.Value.Owner.ToString(), pair.Value.Attempt!, pair.Value.Key));
        var ofOrphans = ledger.Orphans
            .Where(orphan => orphan.Attempt is not null)
            .OrderBy(orphan => orphan.Attempt!.Id, StringComparer.Ordinal)
            .Select(orphan => ledger.Describe("", "an abandoned resource", orphan.Attempt!, orphan.Key));
        return [.. ofEntries, .. ofOrphans];
    }

    private static Ledger Announce(this Ledger ledger, Announcement create, string batchId, DateTimeOffset now)
    {
        var number = 1 + ledger.ClosedAttempts.Count(closed => closed.OwnerUid == create.Owner.Uid);
        var attempt = new Attempt(create.AttemptId, number, create.Content.Fingerprint, batchId, now);
        var entry = new LedgerEntry(create.Owner, EntryPhase.Intent, create.Key, create.Content.Fingerprint)
        {
            Attempt = attempt,
            DeletionPolicy = create.DeletionPolicy,
        };
        return (ledger with { Entries = ledger.Entries.Add(create.Owner.Uid, entry) })
            .Note(now, create.Owner.Uid, RuleIds.Create, $"attempt {number} announced ({create.AttemptId})",
                ("attempt", create.AttemptId), ("number", number),
                ("baseline", ledger.Batches[batchId].Baseline.Count), ("type", create.Content.Type));
    }

    private static OpenAttempt Describe(this Ledger ledger, string uid, string name, Attempt attempt, string? key)
    {
        var batch = ledger.Batches.GetValueOrDefault(attempt.BatchId);
        return new OpenAttempt(uid, name, attempt, key, batch?.Sent.GetValueOrDefault(attempt.Id),
            batch?.Baseline ?? ledger.GenesisBaseline);
    }
}
