using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Operator.Resources;

/// <summary>Type descriptions of our resources for the typed calls of the Kubernetes client.</summary>
internal static class ResourceJson
{
    public static JsonTypeInfo<InstallationResource> Installation => ResourceJsonContext.Default.InstallationResource;

    public static JsonTypeInfo<DynamicModuleResource> DynamicModule =>
        ResourceJsonContext.Default.DynamicModuleResource;

    public static JsonTypeInfo<SecretResource> Secret => ResourceJsonContext.Default.SecretResource;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstallationResource))]
[JsonSerializable(typeof(DynamicModuleResource))]
[JsonSerializable(typeof(SecretResource))]
internal sealed partial class ResourceJsonContext : JsonSerializerContext;
