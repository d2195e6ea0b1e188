using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>One Installation and the DynamicModules that refer to it, as the caches show them at one moment.</summary>
internal sealed record Scene(InstallationResource Installation, ImmutableArray<DynamicModuleResource> Modules)
{
    /// <summary>A force token (requestedAt) on the Installation that no pass has handled yet.</summary>
    public bool IsForced =>
        Installation.ForceToken is { } token && token != Installation.Status.LastHandledReconcileAt;

    /// <summary>Whether some module was forced by hand.</summary>
    public bool HasForcedModule => Modules.Any(IsForcedModule);

    public PassInput ToPassInput(string clusterId, string writer) => new(
        Installation.ToInstallation(), [.. Modules.Select(ToDesired)], clusterId, writer);

    /// <summary>The modules whose finalizer the pass's verdicts let go.</summary>
    public ImmutableArray<DynamicModuleResource> Released(IEnumerable<ModuleVerdict> verdicts)
    {
        var released = verdicts.Where(verdict => verdict.Released).Select(verdict => verdict.Owner.Uid)
            .ToHashSet(StringComparer.Ordinal);
        return [.. Modules.Where(module => module.Metadata.IsDeleting && released.Contains(module.Metadata.Uid))];
    }

    private DesiredModule ToDesired(DynamicModuleResource module)
    {
        var desired = module.ToDesired(Installation.Api) with
        {
            Forced = IsForced || IsForcedModule(module),
        };

        // Its claim in the ledger, if it has one from before, stays: only new work is refused.
        return Installation.Allows(module.Metadata.Namespace)
            ? desired
            : desired with
            {
                Invalid = $"Installation {Installation.Key} does not allow modules from namespace "
                    + $"{module.Metadata.Namespace}: add it to spec.allowedNamespaces there.",
            };
    }

    private static bool IsForcedModule(DynamicModuleResource module) =>
        module.ForceToken is { } token && token != module.Status.LastHandledReconcileAt;
}
