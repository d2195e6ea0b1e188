using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

internal enum WatchLineType
{
    Unknown,
    Applied,
    Deleted,
    Bookmark,
    Error,
}

/// <summary>
/// Splits a watch line into its type and the bytes of its object. The API server writes
/// <c>{"type":…,"object":…}</c> in this order, so the object's bytes are found without reading through them, and the
/// object's decoder makes the only pass (H3). Any other order is found by a full read.
/// </summary>
internal static class WatchEnvelope
{
    public static WatchLineType Open(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> body)
    {
        line = line.TrimEnd(" \r\n\t"u8);
        var reader = new Utf8JsonReader(line, isFinalBlock: false, state: default);
        if (IsNext(ref reader, JsonTokenType.StartObject)
            && IsNext(ref reader, JsonTokenType.PropertyName) && reader.ValueTextEquals("type"u8)
            && IsNext(ref reader, JsonTokenType.String))
        {
            var type = TypeOf(reader);
            if (IsNext(ref reader, JsonTokenType.PropertyName) && reader.ValueTextEquals("object"u8))
            {
                // Reaches up to the closing brace of the envelope; were there another property, the decoder of the
                // object would meet its comma and refuse.
                var rest = line[(int)reader.BytesConsumed..].TrimStart(" :"u8);
                body = rest is [.., (byte)'}'] ? rest[..^1] : rest;
                return type;
            }
        }

        return OpenAnyOrder(line, out body);
    }

    private static WatchLineType OpenAnyOrder(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 10_000 });
        reader.Read();
        JsonShape.Expect(reader, JsonTokenType.StartObject);
        var type = WatchLineType.Unknown;
        body = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isType && reader.TokenType == JsonTokenType.String)
            {
                type = TypeOf(reader);
            }

            reader.Skip();
            if (isObject)
            {
                body = line[start..(int)reader.BytesConsumed];
            }
        }

        return type;
    }

    private static bool IsNext(ref Utf8JsonReader reader, JsonTokenType type) =>
        reader.Read() && reader.TokenType == type;

    private static WatchLineType TypeOf(in Utf8JsonReader reader) =>
        reader.ValueTextEquals("MODIFIED"u8) || reader.ValueTextEquals("ADDED"u8) ? WatchLineType.Applied
        : reader.ValueTextEquals("DELETED"u8) ? WatchLineType.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchLineType.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchLineType.Error
        : WatchLineType.Unknown;
}
