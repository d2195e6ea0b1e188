using Reconciler.Core.Modules;

namespace Reconciler.Operator.Resources;

/// <summary>Shape of <c>spec</c> in crds/installations.reconciler.io.yaml. Null means absent; the defaults are in
/// <see cref="InstallationResource"/>, equal to the CRD's, for manifests that never saw an API server.</summary>
internal sealed class InstallationSpec
{
    public RemoteApi? Api { get; set; }

    public string? BaseUrl { get; set; }

    public CredentialsSpec? Credentials { get; set; }

    public ManagementMode? Mode { get; set; }

    public OwnershipMode? Ownership { get; set; }

    public AdoptionPolicy? Adoption { get; set; }

    public DriftPolicy? Drift { get; set; }

    public ApplyPolicy? ApplyPolicy { get; set; }

    public string? Interval { get; set; }

    public int? Quota { get; set; }

    public MaxDeletesSpec? MaxDeletes { get; set; }

    public int? RequestsPerSecond { get; set; }

    public string[]? AllowedNamespaces { get; set; }

    public bool? Suspend { get; set; }
}

/// <summary>Exactly one member is set.</summary>
internal sealed class CredentialsSpec
{
    public SecretRefSpec? SecretRef { get; set; }

    public ForgeRemoteSpec? ForgeRemote { get; set; }
}

internal sealed class SecretRefSpec
{
    public string? Name { get; set; }
}

internal sealed class ForgeRemoteSpec
{
    public string? InstallationId { get; set; }
}

internal sealed class MaxDeletesSpec
{
    public int? Count { get; set; }

    public int? Percent { get; set; }
}
