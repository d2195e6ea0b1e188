using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>The finalizers that the operator owns; it never touches another one.</summary>
internal static class Finalizers
{
    /// <summary>On a DynamicModule from before its first create until the ledger has let it go.</summary>
    public const string Module = DynamicModuleResource.Finalizer;

    /// <summary>On an Installation that has modules: without it nothing remote could be deleted any more.</summary>
    public const string Installation = "reconciler.io/installation";
}
