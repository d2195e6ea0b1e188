using Reconciler.Core.Ledgers;

namespace Reconciler.Core.Planning;

/// <summary>How many modules may still be registered (I7): by our own count, and by what the remote said
/// last.</summary>
public static class QuotaRoom
{
    public static int Of(Ledger ledger, Situation situation) => Of(ledger, situation, situation.Observed.Keys);

    /// <param name="existing">Keys known to exist now, which differ from the list once the pass has written.</param>
    public static int Of(Ledger ledger, Situation situation, IEnumerable<string> existing)
    {
        var limit = Math.Min(situation.Installation.Quota, situation.Evidence.QuotaCeiling ?? int.MaxValue);
        return limit - (situation.Rules.CountAnnounced ? ledger.CountOccupied(existing) : existing.Count());
    }
}
