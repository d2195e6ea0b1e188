using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// A JSON patch (RFC 6902). A failed <c>test</c> refuses the whole patch, which makes it a compare-and-swap on just
/// the tested values. Immutable: each step returns a longer patch.
/// </summary>
public sealed class JsonPatch
{
    public static readonly JsonPatch Empty = new([]);

    private readonly Step[] _steps;

    private JsonPatch(Step[] steps) => _steps = steps;

    public bool IsEmpty => _steps.Length == 0;

    public JsonPatch Test(string path, JsonElement value) => With(new Step("test", path, value));

    public JsonPatch Test(string path, string value) => Test(path, Text(value));

    public JsonPatch Add(string path, JsonElement value) => With(new Step("add", path, value));

    public JsonPatch Add(string path, string value) => Add(path, Text(value));

    public JsonPatch Replace(string path, JsonElement value) => With(new Step("replace", path, value));

    public JsonPatch Remove(string path) => With(new Step("remove", path, null));

    /// <summary>One segment of a path: a map key such as an annotation's name.</summary>
    public static string Segment(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public byte[] ToJson() => JsonBytes.Write(_steps, static (writer, steps) =>
    {
        writer.WriteStartArray();
        foreach (var step in steps)
        {
            writer.WriteStartObject();
            writer.WriteString("op", step.Op);
            writer.WriteString("path", step.Path);
            if (step.Value is { } value)
            {
                writer.WritePropertyName("value");
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    public override string ToString() => System.Text.Encoding.UTF8.GetString(ToJson());

    private static JsonElement Text(string value) =>
        JsonSerializer.SerializeToElement(value, ApiJsonContext.Default.String);

    private JsonPatch With(Step step) => new([.. _steps, step]);

    private readonly record struct Step(string Op, string Path, JsonElement? Value);
}
