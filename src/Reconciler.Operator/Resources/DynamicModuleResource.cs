using System.Text.Json.Serialization;
using Reconciler.Core.Modules;
using Reconciler.Core.Status;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>A DynamicModule as the API server or a manifest gives it; its data stays text until needed.</summary>
internal sealed class DynamicModuleResource : IKubernetesResource, IJsonOnDeserialized
{
    /// <summary>The finalizer that keeps the resource until its remote module is dealt with.</summary>
    public const string Finalizer = "reconciler.io/module";

    public ObjectMeta Metadata { get; set => field = value ?? ObjectMeta.Empty; } = ObjectMeta.Empty;

    public DynamicModuleSpec Spec { get; set => field = value ?? new(); } = new();

    [JsonConverter(typeof(ModuleStatusConverter))]
    public ModuleStatus Status { get; set; } = ModuleStatus.Empty;

    [JsonIgnore]
    public ModuleOwner Owner => new(Metadata.Uid, Metadata.Namespace, Metadata.Name);

    /// <summary>The Installation it refers to.</summary>
    [JsonIgnore]
    public InstallationKey InstallationKey => new(
        Spec.InstallationRef?.Namespace is { Length: > 0 } other ? other : Metadata.Namespace,
        Spec.InstallationRef?.Name ?? "");

    [JsonIgnore]
    public DeletionPolicy DeletionPolicy => Spec.DeletionPolicy ?? DeletionPolicy.Delete;

    [JsonIgnore]
    public string? ForceToken => Metadata.ForceToken();

    /// <summary>A person asks for a pass that was not made yet.</summary>
    [JsonIgnore]
    public bool IsForced => Metadata.AsksForPass(Status.LastHandledReconcileAt);

    [JsonIgnore]
    public bool IsAbandoned => Metadata.Wish(Wishes.Abandon) == "true";

    /// <summary>Status and annotation hold the same key: ten thousand cached modules need not hold it twice.</summary>
    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Metadata.Wish(Wishes.MirroredKey) is { } mirrored && mirrored == Status.Key)
        {
            Status = Status with { Key = mirrored };
        }
    }

    /// <summary>What planning needs of it where its namespace may not use the Installation: enough to show the reason
    /// and to let go what it bound before. Nothing it asks for is looked at.</summary>
    public DesiredModule ToNotAllowed(string reason) => new(Owner, ModuleContent.Parse("invalid", "{}"))
    {
        Generation = Metadata.Generation,
        DeletionPolicy = DeletionPolicy,
        Deleting = Metadata.IsDeleting,
        Guarded = Metadata.Finalizers.Contains(Finalizer, StringComparer.Ordinal),
        Abandoned = IsAbandoned,
        NotAllowed = true,
        Invalid = reason,
    };

    /// <summary>What planning needs of it. A spec that cannot be used comes out with
    /// <see cref="DesiredModule.Invalid"/> set and empty content.</summary>
    public DesiredModule ToDesired(RemoteApi api)
    {
        var invalid = ModuleSpecRules.Explain(Spec, api);
        ModuleContent? content = null;
        if (invalid is null && !ModuleContent.TryCreate(Spec.Type!, Spec.Data!.Bytes, out content, out var error))
        {
            invalid = $"spec.data cannot be used: {error}.";
        }

        return new DesiredModule(Owner, content ?? ModuleContent.Parse("invalid", "{}"))
        {
            Generation = Metadata.Generation,
            RequestedKey = Spec.Key,
            ImportKey = Spec.ImportKey,
            DeletionPolicy = DeletionPolicy,
            OnMissing = Spec.OnMissing,
            AllowDuplicate = Spec.AllowDuplicate ?? false,
            Suspended = Spec.Suspend ?? false,
            Deleting = Metadata.IsDeleting,
            Guarded = Metadata.Finalizers.Contains(Finalizer, StringComparer.Ordinal),
            Abandoned = IsAbandoned,
            Forced = IsForced,
            MirroredKey = Status.Key ?? Metadata.Wish(Wishes.MirroredKey),
            Invalid = invalid,
        };
    }
}
