using System.Text.Json.Nodes;

namespace Reconciler.TestKit.Api;

/// <summary>Reads and builds the JSON of API objects.</summary>
public static class FakeObject
{
    public static JsonObject Create(string name, string? inNamespace = "default", JsonObject? spec = null)
    {
        var meta = new JsonObject { ["name"] = name };
        if (!string.IsNullOrEmpty(inNamespace))
        {
            meta["namespace"] = inNamespace;
        }

        var result = new JsonObject { ["metadata"] = meta };
        if (spec is not null)
        {
            result["spec"] = spec;
        }

        return result;
    }

    public static JsonObject Meta(this JsonObject source)
    {
        if (source["metadata"] is not JsonObject meta)
        {
            source["metadata"] = meta = [];
        }

        return meta;
    }

    public static string Text(this JsonObject source, string property) => source[property]?.GetValue<string>() ?? "";

    public static string Name(this JsonObject source) => source.Meta().Text("name");

    public static string Namespace(this JsonObject source) => source.Meta().Text("namespace");

    public static string ResourceVersion(this JsonObject source) => source.Meta().Text("resourceVersion");

    /// <summary>A copy as a reader of the wire would see it: numbers have no CLR type any more.</summary>
    public static JsonObject Copy(this JsonObject source) => JsonNode.Parse(source.ToJsonString())!.AsObject();

    internal static JsonObject MetadataOnly(JsonObject source) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = source.Meta().DeepClone(),
    };
}
