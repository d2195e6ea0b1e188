using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Kubernetes.Api;

/// <summary>Type descriptions of the API's own objects, for the typed calls of the client.</summary>
public static class ApiJson
{
    public static JsonTypeInfo<PartialObject> PartialObject => ApiJsonContext.Default.PartialObject;

    public static JsonTypeInfo<ApiStatus> Status => ApiJsonContext.Default.ApiStatus;
}

[JsonSerializable(typeof(PartialObject))]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(ObjectMeta))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
