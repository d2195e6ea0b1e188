using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>What is known of both sides before a migration is planned.</summary>
/// <param name="OldLedger">Null when the old side is not kept in this state directory.</param>
internal sealed record MigrationScene(
    ImmutableArray<DesiredModule> Modules, ImmutableDictionary<string, ObservedModule> Old, Ledger? OldLedger,
    Ledger? NewLedger, MigrationRecord? Record);

/// <summary>
/// Decides per module, from the manifests, both remotes and the record. A decision that a create may already carry is
/// kept, whatever the mapping says by now. An old module whose content is not the manifest's is not touched: it may not
/// be ours, or somebody's change would be lost.
/// </summary>
internal sealed class MigrationPlanner(Installation from, ModuleMapping mapping)
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    public ImmutableArray<MigrationItem> Plan(MigrationScene scene)
    {
        var kept = (scene.Record?.Modules ?? [])
            .Where(module => module.Stage != MigrationStage.Planned || IsUnderWay(scene, module))
            .ToDictionary(module => module.Owner, Recorded);
        _keys.UnionWith(kept.Values.Select(item => item.Module!.Old.Key!));
        return
        [
            .. scene.Modules
                .Where(module => !kept.ContainsKey(module.Owner))
                .Select(module => Decide(scene, module))
                .Concat(kept.Values)
                .OrderBy(item => item.Owner.ToString(), StringComparer.Ordinal),
        ];
    }

    private static bool IsUnderWay(MigrationScene scene, MigratedModule module) =>
        scene.NewLedger?.Entries.ContainsKey(module.Owner.Uid) == true;

    private static MigrationItem Recorded(MigratedModule module) => new(
        module.Owner, module.Stage == MigrationStage.Moved ? MigrationStep.Moved : MigrationStep.Finish,
        module.Old.Type, module);

    private MigrationItem Decide(MigrationScene scene, DesiredModule module)
    {
        var entry = scene.OldLedger?.Entries.GetValueOrDefault(module.Owner.Uid);
        var key = entry?.Key ?? module.ImportKey ?? ClientKeys.For(from, module)!;
        var observed = scene.Old.GetValueOrDefault(key);
        if (Obstacle(module, entry, key, observed) is { } obstacle)
        {
            return Item(MigrationStep.Unmapped, moved: null, obstacle);
        }

        switch (mapping.Map(module.Content, key))
        {
            case MappingOutcome.Unmapped unmapped:
                return Item(MigrationStep.Unmapped, moved: null, unmapped.Reason);
            case MappingOutcome.Skipped skipped:
                return Item(MigrationStep.Skipped, moved: null, skipped.Reason);
            case MappingOutcome.Mapped mapped:
                _keys.Add(key);
                return Item(MigrationStep.Move, new MigratedModule(
                    module.Owner.Namespace, module.Owner.Name, MigrationStage.Planned,
                    RecordedModule.Of(key, observed?.Content ?? module.Content),
                    RecordedModule.Of(key: null, mapped.Content),
                    module.DeletionPolicy == DeletionPolicy.Orphan));
            default:
                throw new InvalidOperationException("unhandled mapping outcome");
        }

        MigrationItem Item(MigrationStep step, MigratedModule? moved, string reason = "") =>
            new(module.Owner, step, module.Content.Type, moved, reason);
    }

    /// <returns>Why the module cannot be moved as things are; null when it can.</returns>
    private string? Obstacle(DesiredModule module, LedgerEntry? entry, string key, ObservedModule? observed)
    {
        if (module.Suspended)
        {
            return "it is suspended: set spec.suspend: false to move it";
        }

        if (entry is { Phase: not EntryPhase.Bound } or { Replacing: true })
        {
            return $"its last change on the old side ({key}) is not finished: run apply on the old manifests first";
        }

        if (_keys.Contains(key))
        {
            return $"another module has the old key {key}: remove one of the two";
        }

        if (observed is null)
        {
            return null;
        }

        if (observed.Content.Data.Length > RawJson.LengthMax)
        {
            return $"the old module {key} has more than {RawJson.LengthMax} bytes";
        }

        var isManifest = observed.Content.RelateTo(module.Content) >= MatchRelation.Covers
            || (entry is not null && entry.Settled == observed.Content.Fingerprint
                && entry.Applied == module.Content.Fingerprint);
        return isManifest
            ? null
            : $"the old module {key} is not what the manifest says: make them equal first (reconciler plan shows how)";
    }
}
