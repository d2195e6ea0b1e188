using Reconciler.Simulation.World;

namespace Reconciler.Simulation.Mutants;

/// <summary>
/// Operators that are wrong on purpose, each in one load-bearing part of the protocol (issue 3, docs/mutants.md). A
/// checker that lets one of them live tests nothing.
/// </summary>
internal static class SimulationMutants
{
    /// <summary>With each, a seed that killed it when it was written: tried first.</summary>
    public static IReadOnlyList<(Sabotage Mutant, ulong Seed)> All { get; } =
    [
        (Sabotage.OfRules("absent-without-waiting", static rules => rules with { WaitBeforeAbsent = false }), 4),
        (Sabotage.OfRules("no-baseline", static rules => rules with { CompareWithBaseline = false }), 56),
        (Sabotage.OfRules("no-reread-on-conflict", static rules => rules with { RereadOnConflict = false }), 2),
        (Sabotage.OfRules("finalizer-dropped-early", static rules => rules with { HoldFinalizer = false }), 9),
        (Sabotage.OfRules("unknown-taken-for-refused", static rules => rules with { KeepUnknownIntent = false }), 3),
        (Sabotage.OfRules("hash-only-matching", static rules => rules with { MatchServerDefaults = false }), 12),
        (Sabotage.OfRules("breaker-off", static rules => rules with { BreakOnMassDelete = false }), 27),
        (Sabotage.OfRules("send-without-guard", static rules => rules with { GuardSend = false }), 18),
        (Sabotage.OfRules("missing-at-first-sight", static rules => rules with { DoubleCheckMissing = false }), 5),
        (Sabotage.OfRules("quota-counts-listed-only", static rules => rules with { CountAnnounced = false }), 30),
        (Sabotage.OfRules("post-before-announcement", static rules => rules with { AnnounceFirst = false }), 1),
        (new Sabotage("post-retried-on-5xx")
            { Wire = static wire => new BlindRetryHandler { InnerHandler = wire } }, 4),
        (new Sabotage("first-page-is-the-list")
            { Wire = static wire => new FirstPageHandler { InnerHandler = wire } }, 2),
        (new Sabotage("ledger-without-compare-and-swap")
            { ApiWire = static wire => new LastWriterWinsHandler { InnerHandler = wire } }, 2),
    ];

    /// <summary>The first seed that kills it, among its own and then 1…<paramref name="seeds"/>; null: it survived.
    /// </summary>
    public static SimResult? Kill(Sabotage mutant, ulong known, int seeds)
    {
        for (var i = 0; i <= seeds; i++)
        {
            var result = SimRun.Run(i == 0 ? known : (ulong)i, mutant);
            if (!result.Held)
            {
                return result;
            }
        }

        return null;
    }
}
