using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Rendering;

/// <summary>Everything that is on record about the subject.</summary>
/// <param name="Ledger">Null when the installation has none yet.</param>
/// <param name="Place">Where the ledger was read, for people.</param>
/// <param name="Owner">The module asked about; null for an installation.</param>
internal sealed record WhyRecord(InstallationKey Key, Ledger? Ledger, string Place, ModuleOwner? Owner)
{
    public DynamicModuleResource? Module { get; init; }

    public InstallationResource? Installation { get; init; }

    /// <summary>An operator looks after it; else it is looked at when somebody runs <c>apply</c>.</summary>
    public bool InCluster { get; init; }
}
