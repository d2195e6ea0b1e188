using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Console;

/// <summary>What the caches hold of one installation at one moment; all views are pure functions of it.</summary>
/// <param name="Installation">Null when modules refer to one that does not exist.</param>
/// <param name="LedgerVersion">resourceVersion of its ModuleLedger; null when there is none.</param>
internal sealed record InstallationScene(
    InstallationKey Key, InstallationResource? Installation, ImmutableArray<DynamicModuleResource> Modules,
    PassRecord Passes, string? LedgerVersion)
{
    /// <summary>As the last pass left it, or as it was read; null when it is not known.</summary>
    public Ledger? Ledger { get; init; }

    /// <summary>UIDs of modules that the last pass saw differ and did not put right.</summary>
    public IReadOnlySet<string> DriftedUids { get; } = DriftOf(Passes.Last);

    private static HashSet<string> DriftOf(PassNote? note)
    {
        var drifted = new HashSet<string>(StringComparer.Ordinal);
        if (note is not null)
        {
            drifted.UnionWith(note.Result.Drifted.Select(module => module.Desired.Owner.Uid));
            drifted.ExceptWith(note.Result.Executed
                .Where(step => step is { Fault: null, Unknown: false })
                .Select(step => Rendering.ActionWords.Owner(step.Action)?.Uid ?? ""));
        }

        return drifted;
    }
}
