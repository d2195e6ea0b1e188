using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Simulation.World;

namespace Reconciler.Simulation.Mutants;

/// <summary>
/// Operators that are wrong on purpose, each in one load-bearing part of the protocol (issue 3, docs/mutants.md). A
/// checker that lets one of them live tests nothing.
/// </summary>
internal static class SimulationMutants
{
    /// <summary>With each, a seed that killed it when it was written: tried first.</summary>
    public static IReadOnlyList<(Sabotage Mutant, ulong Seed, RemoteApi Api)> All { get; } =
    [
        OfRules("absent-without-waiting", 4, static rules => rules with { WaitBeforeAbsent = false }),
        OfRules("no-baseline", 56, static rules => rules with { CompareWithBaseline = false }),
        OfRules("no-reread-on-conflict", 2, static rules => rules with { RereadOnConflict = false }),
        OfRules("finalizer-dropped-early", 9, static rules => rules with { HoldFinalizer = false }),
        OfRules("unknown-taken-for-refused", 3, static rules => rules with { KeepUnknownIntent = false }),
        OfRules("hash-only-matching", 12, static rules => rules with { MatchServerDefaults = false }),
        OfRules("breaker-off", 27, static rules => rules with { BreakOnMassDelete = false }),
        OfRules("send-without-guard", 18, static rules => rules with { GuardSend = false }),
        OfRules("missing-at-first-sight", 5, static rules => rules with { DoubleCheckMissing = false }),
        OfRules("quota-counts-listed-only", 30, static rules => rules with { CountAnnounced = false }),
        OfRules("post-before-announcement", 1, static rules => rules with { AnnounceFirst = false }),
        OfWire("post-retried-on-5xx", 4, static () => new BlindRetryHandler()),
        OfWire("first-page-is-the-list", 2, static () => new FirstPageHandler()),
        (new Sabotage("ledger-without-compare-and-swap")
            { ApiWire = static wire => new LastWriterWinsHandler { InnerHandler = wire } }, 2, RemoteApi.ForgeV2),

        // Where we choose the keys.
        OfRules("taken-key-overwritten", 3, static rules => rules with { SpareTakenKeys = false }, RemoteApi.ForgeV1),
        OfRules("late-commit-not-awaited", 146, static rules => rules with { AwaitLateCommits = false },
            RemoteApi.ConnectJira),
        OfRules("former-not-kept", 4, static rules => rules with { KeepFormer = false }, RemoteApi.ConnectJira),
        OfWire("former-not-restored", 4, static () => new NoRestoreHandler(), RemoteApi.ConnectConfluence),
        OfWire("delete-without-key", 1, static () => new BareDeleteHandler(), RemoteApi.ConnectJira),
        OfWire("blind-retry-under-our-key", 4, static () => new BlindRetryHandler(), RemoteApi.ForgeContainer),
    ];

    /// <summary>The first seed that kills it, among its own and then 1…<paramref name="seeds"/>; null: it survived.
    /// </summary>
    public static SimResult? Kill(Sabotage mutant, ulong known, RemoteApi api, int seeds)
    {
        for (var i = 0; i <= seeds; i++)
        {
            var result = SimRun.Run(i == 0 ? known : (ulong)i, api, mutant);
            if (!result.Held)
            {
                return result;
            }
        }

        return null;
    }

    private static (Sabotage Mutant, ulong Seed, RemoteApi Api) OfRules(
        string name, ulong seed, Func<ProtocolRules, ProtocolRules> change, RemoteApi api = RemoteApi.ForgeV2) =>
        (Sabotage.OfRules(name, change), seed, api);

    private static (Sabotage Mutant, ulong Seed, RemoteApi Api) OfWire(
        string name, ulong seed, Func<DelegatingHandler> handler, RemoteApi api = RemoteApi.ForgeV2) =>
        (new Sabotage(name) { Wire = wire => Over(handler(), wire) }, seed, api);

    private static DelegatingHandler Over(DelegatingHandler handler, HttpMessageHandler wire)
    {
        handler.InnerHandler = wire;
        return handler;
    }
}
