using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Migration;

/// <summary>Where a migration stands when its run ends.</summary>
/// <param name="Problems">By owner: why a module is not moved. Empty when all are.</param>
/// <param name="WantsGap">The new side is full, and <c>--allow-gap</c> would go on.</param>
internal sealed record MigrationReport(
    MigrationRecord Record, ImmutableDictionary<ModuleOwner, string> Problems, bool WantsGap);

/// <summary>How a run works.</summary>
/// <param name="AllowGap">Where both sides count together and are full: delete the old module first.</param>
internal sealed record MigrationOptions(bool AllowGap, TimeSpan Consistency, TimeSpan Timeout);

/// <summary>Is told of every step of a run after it is recorded.</summary>
internal interface IMigrationWatcher
{
    void Reached(MigratedModule module);

    void Waiting(string why, TimeSpan pause);
}
