using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

/// <summary>Typed reads that turn a wrong shape into a <see cref="JsonException"/> and no other exception.</summary>
internal static class JsonShape
{
    public static void Expect(in Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type)
        {
            throw new JsonException($"Expected {type} but found {reader.TokenType} at byte {reader.TokenStartIndex}.");
        }
    }

    /// <summary>A string; JSON null reads as the empty string, which Kubernetes treats alike.</summary>
    public static string String(in Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return "";
        }

        Expect(reader, JsonTokenType.String);
        return reader.GetString()!;
    }

    public static long Int64(in Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return 0;
        }

        Expect(reader, JsonTokenType.Number);
        return reader.TryGetInt64(out var value)
            ? value
            : throw new JsonException($"The number at byte {reader.TokenStartIndex} is not a 64-bit integer.");
    }

    public static DateTimeOffset? Time(in Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(reader, JsonTokenType.String);
        return reader.TryGetDateTimeOffset(out var value)
            ? value
            : throw new JsonException($"The string at byte {reader.TokenStartIndex} is not an RFC 3339 time.");
    }

    public static IReadOnlyList<string> Strings(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return [];
        }

        Expect(reader, JsonTokenType.StartArray);
        var values = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(SharedText.Of(String(reader)));
        }

        return values.Count == 0 ? [] : values.ToArray();
    }
}
