using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reconciler.Emulator.Wire;

/// <summary>Builds and reads JSON bodies without reflection.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(Action<Utf8JsonWriter> content)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Plain))
        {
            content(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Message(string message) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("message", message);
        writer.WriteEndObject();
    });

    /// <summary>The root value, or null with the reason when the text is not JSON.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> body, out string reason)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement.Clone();
            // Parsing lets unpaired surrogates pass; writing, and so every later use, does not.
            _ = Write(root.WriteTo);
            reason = "";
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            reason = e.Message;
            return null;
        }
    }
}
