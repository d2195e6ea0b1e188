using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Operator.Rendering;

/// <summary>Quotes names for people: only what JSON itself must escape is escaped.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class PlainJsonContext : JsonSerializerContext;

/// <inheritdoc cref="PlainJsonContext"/>
internal static class PlainJson
{
    public static PlainJsonContext Default { get; } =
        new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
