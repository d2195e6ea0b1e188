using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Informers;

/// <summary>Which objects an informer follows.</summary>
/// <param name="Type">Their resource type.</param>
public sealed record WatchTarget(ResourceType Type)
{
    /// <summary>Only this namespace; null follows all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only the object of this name, so that RBAC by resourceNames suffices.</summary>
    public string? Name { get; init; }

    public string? LabelSelector { get; init; }

    /// <summary>Asks for <c>PartialObjectMetadata</c>: no spec, no data, no secret content in memory.</summary>
    public bool MetadataOnly { get; init; }

    /// <summary>The command that installs the type, said where the API server does not serve it.</summary>
    public string? Install { get; init; }

    internal string? FieldSelector => Name is null ? null : $"metadata.name={Name}";

    public override string ToString() =>
        $"{Type}{(Namespace is null ? "" : $" in {Namespace}")}{(Name is null ? "" : $" named {Name}")}";
}
