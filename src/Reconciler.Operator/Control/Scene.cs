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
    public bool IsForced => Installation.IsForced;

    /// <summary>Whether some module was forced by hand.</summary>
    public bool HasForcedModule => Modules.Any(module => module.IsForced && Allows(module));

    /// <summary>The modules whose namespace may use the Installation; only these are guarded, forced and looked
    /// into.</summary>
    public ImmutableArray<DynamicModuleResource> AllowedModules => [.. Modules.Where(Allows)];

    public PassInput ToPassInput(string clusterId, string writer) => new(
        Installation.ToInstallation(), [.. Modules.Select(ToDesired)], clusterId, writer);

    /// <summary>The modules whose finalizer the pass's verdicts let go.</summary>
    public ImmutableArray<DynamicModuleResource> Released(IEnumerable<ModuleVerdict> verdicts)
    {
        var released = verdicts.Where(verdict => verdict.Released).Select(verdict => verdict.Owner.Uid)
            .ToHashSet(StringComparer.Ordinal);
        return [.. Modules.Where(module => module.Metadata.IsDeleting && released.Contains(module.Metadata.Uid))];
    }

    private DesiredModule ToDesired(DynamicModuleResource module) => Allows(module)
        ? module.ToDesired(Installation.Api) with { Forced = IsForced || module.IsForced }
        : module.ToNotAllowed(
            $"Installation {Installation.Key} does not allow modules from namespace {module.Metadata.Namespace}: "
            + "add it to spec.allowedNamespaces there.");

    private bool Allows(DynamicModuleResource module) => Installation.Allows(module.Metadata.Namespace);
}
