using Reconciler.Operator.Migration;

namespace Reconciler.Operator.Rendering;

/// <summary>Shows a migration: its plan in a dry run, its steps and its end otherwise.</summary>
internal interface IMigrationView : IMigrationWatcher
{
    void Plan(MigrationPlan plan);

    void End(MigrationPlan plan, MigrationReport report, Rewriting rewriting);
}
