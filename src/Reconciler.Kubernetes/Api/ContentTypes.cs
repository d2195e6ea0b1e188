namespace Reconciler.Kubernetes.Api;

/// <summary>The media types of the API: the body's type selects the kind of patch, the Accept header the kind of
/// answer.</summary>
public static class ContentTypes
{
    public const string Json = "application/json";

    public const string JsonPatch = "application/json-patch+json";

    public const string MergePatch = "application/merge-patch+json";

    /// <summary>Server-side apply. JSON is YAML, so a JSON body is sent under this name.</summary>
    public const string ApplyPatch = "application/apply-patch+yaml";

    public const string PartialObject = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    public const string PartialObjectList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
}
