using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Migration;

/// <summary>What is to be done with one module.</summary>
internal enum MigrationStep
{
    /// <summary>Create, verify, delete.</summary>
    Move,

    /// <summary>Begun by a run before: goes on from where it was left.</summary>
    Finish,

    /// <summary>Done before.</summary>
    Moved,

    /// <summary>Cannot be moved as things are; the reason says what to do.</summary>
    Unmapped,

    /// <summary>Stays behind by a rule of the mapping file.</summary>
    Skipped,
}

/// <summary>One module of the plan.</summary>
/// <param name="Module">Null when there is nothing to move.</param>
/// <param name="Reason">Why it is not moved; empty otherwise.</param>
internal sealed record MigrationItem(
    ModuleOwner Owner, MigrationStep Step, string OldType, MigratedModule? Module, string Reason = "");

/// <summary>The room on the new side: what a quota leaves.</summary>
internal sealed record MigrationRoom(int Used, int Quota);

/// <summary>What a migration will do, one item per module, ordinal by owner.</summary>
internal sealed record MigrationPlan(
    RecordedSide From, RecordedSide To, ImmutableArray<MigrationItem> Items, MigrationRoom Room)
{
    public bool HasWork => Items.Any(item => item.Step is MigrationStep.Move or MigrationStep.Finish);

    public bool HasUnmapped => Items.Any(item => item.Step == MigrationStep.Unmapped);

    public int Count(MigrationStep step) => Items.Count(item => item.Step == step);

    public MigrationRecord ToRecord() => new()
    {
        FormatVersion = MigrationRecord.CurrentFormat,
        From = From,
        To = To,
        Modules = [.. Items.Select(item => item.Module).OfType<MigratedModule>()],
    };
}
