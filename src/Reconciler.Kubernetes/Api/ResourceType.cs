namespace Reconciler.Kubernetes.Api;

/// <summary>
/// A resource as the API server routes it; the core group is the empty string. Paths are relative to the server's
/// base address and each name in them is percent-encoded.
/// </summary>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind)
{
    /// <summary>The <c>apiVersion</c> of objects of this type.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    private string Root => Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";

    /// <summary>The collection in one namespace, or over all namespaces if it is null or empty.</summary>
    public string CollectionPath(string? inNamespace) => string.IsNullOrEmpty(inNamespace)
        ? $"{Root}/{Plural}"
        : $"{Root}/namespaces/{Segment(inNamespace)}/{Plural}";

    /// <summary>One object, or one of its subresources (<c>status</c>, <c>scale</c>).</summary>
    public string ObjectPath(ObjectKey key, string? subresource = null)
    {
        var path = $"{CollectionPath(key.Namespace)}/{Segment(key.Name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }

    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    // "." and ".." survive percent-encoding and would be resolved against the path: they name another resource.
    private static string Segment(string name) => name is "" or "." or ".."
        ? throw new ArgumentException($"\"{name}\" cannot be the name of a Kubernetes object.", nameof(name))
        : Uri.EscapeDataString(name);
}
