using System.Text.Json.Serialization;
using Reconciler.Atlassian;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>An Installation as the API server or a manifest gives it, with the CRD's defaults filled in.</summary>
internal sealed class InstallationResource : IKubernetesResource
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan IntervalMax = TimeSpan.FromHours(24);

    public ObjectMeta Metadata { get; set => field = value ?? ObjectMeta.Empty; } = ObjectMeta.Empty;

    public InstallationSpec Spec { get; set => field = value ?? new(); } = new();

    [JsonConverter(typeof(InstallationStatusConverter))]
    public InstallationStatus Status { get; set; } = InstallationStatus.Empty;

    [JsonIgnore]
    public InstallationKey Key => new(Metadata.Namespace, Metadata.Name);

    [JsonIgnore]
    public RemoteApi Api => Spec.Api ?? RemoteApi.ForgeV2;

    /// <summary>Null when absent or not an absolute address.</summary>
    [JsonIgnore]
    public Uri? BaseUrl => Uri.TryCreate(Spec.BaseUrl, UriKind.Absolute, out var address) ? address : null;

    /// <summary>The Secret that holds the credential; null when Forge delivers the token.</summary>
    [JsonIgnore]
    public ObjectKey? SecretKey =>
        Spec.Credentials?.SecretRef?.Name is { Length: > 0 } name ? new ObjectKey(Metadata.Namespace, name) : null;

    /// <summary>ARI of the Forge installation whose token is delivered, in lower case; null when a Secret holds the
    /// credential.</summary>
    [JsonIgnore]
    public string? ForgeId =>
        Spec.Credentials?.ForgeRemote?.InstallationId is { Length: > 0 } id ? id.ToLowerInvariant() : null;

    /// <summary>Null when it names no usable address.</summary>
    [JsonIgnore]
    public RemoteIdentity? Remote =>
        (string.IsNullOrEmpty(Spec.BaseUrl) ? RemoteAddress.DefaultFor(Api) : BaseUrl) is { } address
            ? new(address.GetLeftPart(UriPartial.Path).TrimEnd('/'), ForgeId)
            : null;

    [JsonIgnore]
    public int Quota => Spec.Quota ?? 100;

    [JsonIgnore]
    public int RequestsPerSecond => Spec.RequestsPerSecond ?? 10;

    [JsonIgnore]
    public bool IsSuspended => Spec.Suspend ?? false;

    /// <summary>Time between two resyncs; the default where the text is no duration within bounds.</summary>
    [JsonIgnore]
    public TimeSpan Interval =>
        Durations.TryParse(Spec.Interval ?? "", out var interval) && interval >= IntervalMin && interval <= IntervalMax
            ? interval
            : DefaultInterval;

    [JsonIgnore]
    public string? ForceToken => Metadata.ForceToken();

    /// <summary>A person asks for a pass that was not made yet.</summary>
    [JsonIgnore]
    public bool IsForced => Metadata.AsksForPass(Status.LastHandledReconcileAt);

    /// <summary>Whether DynamicModules of this namespace may refer to this Installation.</summary>
    public bool Allows(string otherNamespace) =>
        string.Equals(otherNamespace, Metadata.Namespace, StringComparison.Ordinal)
        || (Spec.AllowedNamespaces ?? []).Any(allowed =>
            allowed == "*" || string.Equals(allowed, otherNamespace, StringComparison.Ordinal));

    /// <summary>What planning needs of it.</summary>
    public Installation ToInstallation() => new(Key)
    {
        Api = Api,
        Remote = Remote,
        Mode = Spec.Mode ?? ManagementMode.Manage,
        Ownership = Spec.Ownership ?? OwnershipMode.Shared,
        Adoption = Spec.Adoption ?? AdoptionPolicy.Never,
        Drift = Spec.Drift ?? DriftPolicy.Correct,
        ApplyPolicy = Spec.ApplyPolicy ?? ApplyPolicy.Automatic,
        MaxDeletes = new DeleteBudget(Spec.MaxDeletes?.Count ?? 10, Spec.MaxDeletes?.Percent ?? 30),
        Quota = Quota,
        RequestsPerSecond = RequestsPerSecond,
        Suspended = IsSuspended,
        Deleting = Metadata.IsDeleting,
        ApprovedPlanHash = Metadata.Wish(Wishes.ApprovePlan),
        ConfirmedTakeover = Metadata.Wish(Wishes.ConfirmTakeover),
    };
}
