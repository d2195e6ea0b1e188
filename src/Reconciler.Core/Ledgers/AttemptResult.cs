using Reconciler.Core.Modules;

namespace Reconciler.Core.Ledgers;

/// <summary>A known end of an attempt. There is none for Unknown: the intent itself is the record (T4c).</summary>
public abstract record AttemptResult(string AttemptId, ModuleOwner Owner)
{
    /// <summary>201. <paramref name="Settled"/> is the fingerprint of the content echoed, null when it was
    /// not.</summary>
    public sealed record Created(
        string AttemptId, ModuleOwner Owner, Fingerprint Sent, string Key, Fingerprint? Settled)
        : AttemptResult(AttemptId, Owner);

    /// <summary>Provably not done. <paramref name="ForGood"/>: the content itself was refused (I12).</summary>
    public sealed record Refused(string AttemptId, ModuleOwner Owner, Fingerprint Sent, bool ForGood, string Why)
        : AttemptResult(AttemptId, Owner);
}

/// <summary>
/// T4a and T4b: records how attempts ended. Safe to apply to any later version of the ledger and more than once: an
/// attempt that a successor closed meanwhile is compensated, one already recorded changes nothing.
/// </summary>
public static class AttemptResults
{
    public static Ledger Record(this Ledger ledger, IEnumerable<AttemptResult> results, DateTimeOffset now) =>
        results.Aggregate(ledger, (current, result) => result switch
        {
            AttemptResult.Created created => current.RecordCreated(created, now),
            AttemptResult.Refused refused => current.RecordRefused(refused, now),
            _ => throw new InvalidOperationException($"unhandled {result.GetType().Name}"),
        });

    private static Ledger RecordCreated(this Ledger ledger, AttemptResult.Created created, DateTimeOffset now)
    {
        if (ledger.FindAttempt(created.AttemptId) is { } uid)
        {
            return ledger.BindCreated(uid, created, now);
        }

        if (ledger.FindOrphanAttempt(created.AttemptId) is { } orphan)
        {
            return ledger.Claims(created.Key)
                ? ledger
                : ledger.ReplaceOrphan(orphan, orphan with { Key = created.Key, Attempt = null });
        }

        // The entry moved on: a successor closed the attempt while the response was under way. Unless that successor
        // has bound the very key, or let it go, nobody wants the module and we owe the world its delete (T4a).
        return ledger.Claims(created.Key) || ledger.Released.Contains(created.Key)
            ? ledger
            : ledger
                .Owe(new Orphan(created.Key, created.Sent, "created by an attempt that was closed meanwhile", now))
                .Note(now, created.Owner.Uid, RuleIds.Created, $"late 201, {created.Key} will be deleted",
                    ("attempt", created.AttemptId), ("key", created.Key));
    }

    private static Ledger BindCreated(this Ledger ledger, string uid, AttemptResult.Created created, DateTimeOffset now)
    {
        var entry = ledger.Entries[uid];
        if (!string.Equals(entry.Key, created.Key, StringComparison.Ordinal) && ledger.Claims(created.Key))
        {
            // A successor bound our key to a twin: interchangeable until bound, so this attempt is still open.
            return ledger;
        }

        return ledger.Bind(uid, created.Key, created.Sent, created.Settled, now)
            .Note(now, uid, RuleIds.Created, $"registered as {created.Key}", ("attempt", created.AttemptId),
                ("number", entry.Attempt?.Number), ("key", created.Key));
    }

    private static Ledger RecordRefused(this Ledger ledger, AttemptResult.Refused refused, DateTimeOffset now)
    {
        if (ledger.FindOrphanAttempt(refused.AttemptId) is { } orphan)
        {
            return ledger.Forgive(orphan);
        }

        if (ledger.FindAttempt(refused.AttemptId) is not { } uid)
        {
            return ledger;
        }

        var number = ledger.Entries[uid].Attempt?.Number;
        var closed = ledger.Remove(uid);
        if (refused.ForGood)
        {
            closed = closed.RefuseForGood(refused.AttemptId, uid, refused.Sent, now);
        }

        return closed.Note(now, uid, RuleIds.Refused, $"not registered: {refused.Why}",
            ("attempt", refused.AttemptId), ("number", number), ("forGood", refused.ForGood));
    }

    private static string? FindAttempt(this Ledger ledger, string attemptId) =>
        ledger.Entries.Where(pair => pair.Value.Attempt?.Id == attemptId).Select(pair => pair.Key).FirstOrDefault();

    private static Orphan? FindOrphanAttempt(this Ledger ledger, string attemptId) =>
        ledger.Orphans.FirstOrDefault(orphan => orphan.Attempt?.Id == attemptId);
}
