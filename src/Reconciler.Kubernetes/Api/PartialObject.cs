using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Api;

/// <summary>An object of which only the metadata was asked for (<c>PartialObjectMetadata</c>), for instance a Secret
/// whose content must not be cached.</summary>
public sealed record PartialObject : IKubernetesResource
{
    [JsonPropertyName("metadata")]
    public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;
}
