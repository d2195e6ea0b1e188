using System.Collections.Immutable;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>How far one module is. Every step may be repeated, so a stage is written when it is reached.</summary>
internal enum MigrationStage
{
    /// <summary>Its new content is decided. Whether a create is under way says the new side's ledger.</summary>
    Planned,

    /// <summary>There was no room, and the old module may be deleted before the new one exists.</summary>
    Gap,

    /// <summary>The new module was listed with the planned content. Only now the old one may go.</summary>
    Created,

    /// <summary>The old module is gone, or is kept on purpose.</summary>
    Moved,
}

/// <summary>
/// What a migration has decided and done, one file per pair of installations: the only source of keys that may be
/// deleted on the old side. Written before what it announces.
/// </summary>
internal sealed record MigrationRecord
{
    public const int CurrentFormat = 1;

    public required int FormatVersion { get; init; }

    public required RecordedSide From { get; init; }

    public required RecordedSide To { get; init; }

    /// <summary>Ordinal by namespace and name.</summary>
    public required ImmutableArray<MigratedModule> Modules { get; init; }

    public MigratedModule? Find(ModuleOwner owner) => Modules.FirstOrDefault(module => module.Owner == owner);

    public MigrationRecord With(MigratedModule next) => this with
    {
        Modules = [.. Modules.Select(module => module.Owner == next.Owner ? next : module)],
    };
}

/// <summary>One of the two installations. A record is used only for the same address and API.</summary>
internal sealed record RecordedSide(string Namespace, string Name, RemoteApi Api, string Address);

/// <summary>A module on both sides.</summary>
/// <param name="New">Its key is null until the new module was listed.</param>
/// <param name="KeepOld"><c>deletionPolicy: Orphan</c>: the old module is never deleted.</param>
internal sealed record MigratedModule(
    string Namespace, string Name, MigrationStage Stage, RecordedModule Old, RecordedModule New, bool KeepOld)
{
    /// <summary>The owner in ledgers of a run over files (ManifestMetadata: the name is the identity).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public ModuleOwner Owner => new($"{Namespace}/{Name}", Namespace, Name);
}

/// <summary>Key, type and data of one side.</summary>
internal sealed record RecordedModule(string? Key, string Type, RawJson Data)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public ModuleContent Content => ModuleContent.Parse(Type, Data.Bytes);

    public static RecordedModule Of(string? key, ModuleContent content) =>
        new(key, content.Type, new RawJson(content.Data.Span));
}
