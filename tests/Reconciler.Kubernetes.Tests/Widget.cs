using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Tests;

/// <summary>A custom resource for tests.</summary>
internal sealed record Widget : IKubernetesResource
{
    public static readonly ResourceType Type = new("example.io", "v1", "widgets", "Widget");

    [JsonPropertyName("metadata")]
    public ObjectMeta Metadata { get; init; } = ObjectMeta.Empty;

    [JsonPropertyName("spec")]
    public WidgetSpec? Spec { get; init; }
}

internal sealed record WidgetSpec
{
    [JsonPropertyName("size")]
    public int Size { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }
}

[JsonSerializable(typeof(Widget))]
internal sealed partial class TestJson : JsonSerializerContext;
