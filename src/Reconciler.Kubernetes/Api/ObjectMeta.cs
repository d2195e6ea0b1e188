using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// The metadata a controller decides on. Everything else, <c>managedFields</c> above all, is skipped while decoding
/// (H5); empty fields are left out when written.
/// </summary>
[JsonConverter(typeof(ObjectMetaConverter))]
public sealed record ObjectMeta
{
    public static readonly ObjectMeta Empty = new();

    public string Name { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Uid { get; init; } = "";

    /// <summary>Opaque: compared for equality, sent back, never computed with.</summary>
    public string ResourceVersion { get; init; } = "";

    public long Generation { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for; the object goes when its last finalizer goes.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public IReadOnlyList<string> Finalizers { get; init; } = [];

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = StringMap.Empty;

    public IReadOnlyDictionary<string, string> Labels { get; init; } = StringMap.Empty;

    [JsonIgnore]
    public ObjectKey Key => new(Namespace, Name);

    [JsonIgnore]
    public bool IsDeleting => DeletionTimestamp is not null;
}
