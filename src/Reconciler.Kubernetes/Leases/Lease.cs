using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Leases;

/// <summary>A <c>coordination.k8s.io/v1</c> Lease. Spec and holder may be absent: such a lease is free (L5).</summary>
public sealed record Lease : IKubernetesResource
{
    public static readonly ResourceType Type = new("coordination.k8s.io", "v1", "leases", "Lease");

    [JsonPropertyName("metadata")]
    public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    [JsonPropertyName("spec")]
    public LeaseSpec? Spec { get; init; }
}

/// <summary>Who holds a lease. The times are for humans: expiry is judged by the observer's own clock (L1).</summary>
public sealed record LeaseSpec
{
    [JsonPropertyName("holderIdentity")]
    public string? HolderIdentity { get; init; }

    [JsonPropertyName("leaseDurationSeconds")]
    public int? LeaseDurationSeconds { get; init; }

    [JsonPropertyName("acquireTime")]
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonPropertyName("renewTime")]
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    [JsonPropertyName("leaseTransitions")]
    public int? LeaseTransitions { get; init; }
}

[JsonSerializable(typeof(Lease))]
internal sealed partial class LeaseJsonContext : JsonSerializerContext;
