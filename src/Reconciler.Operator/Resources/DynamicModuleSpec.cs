using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>Shape of <c>spec</c> in crds/dynamicmodules.reconciler.io.yaml. Null means absent.</summary>
internal sealed class DynamicModuleSpec
{
    public InstallationRefSpec? InstallationRef { get; set; }

    public string? Type { get; set => field = value is null ? null : SharedText.Of(value); }

    public RawJson? Data { get; set; }

    public string? Key { get; set; }

    public string? ImportKey { get; set; }

    public DeletionPolicy? DeletionPolicy { get; set; }

    public MissingPolicy? OnMissing { get; set; }

    public bool? AllowDuplicate { get; set; }

    public bool? Suspend { get; set; }
}

internal sealed class InstallationRefSpec
{
    public string? Name { get; set => field = value is null ? null : SharedText.Of(value); }

    public string? Namespace { get; set => field = value is null ? null : SharedText.Of(value); }
}
