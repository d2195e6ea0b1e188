using System.Collections.ObjectModel;
using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// Reads and writes JSON objects whose values are strings: labels and annotations. They are a few each and read often:
/// kept as two sorted arrays, which weigh half of what a hash table does.
/// </summary>
internal static class StringMap
{
    public static IReadOnlyDictionary<string, string> Empty => ReadOnlyDictionary<string, string>.Empty;

    /// <param name="without">A key that is dropped unread; null: none.</param>
    public static IReadOnlyDictionary<string, string> Read(ref Utf8JsonReader reader, string? without = null)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return Empty;
        }

        JsonShape.Expect(reader, JsonTokenType.StartObject);
        SortedList<string, string>? map = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (without is not null && reader.ValueTextEquals(without))
            {
                reader.Skip();
                continue;
            }

            var key = SharedText.Of(reader.GetString()!);
            reader.Read();
            map ??= new SortedList<string, string>(StringComparer.Ordinal);
            map[key] = JsonShape.String(reader);
        }

        map?.TrimExcess();
        return map ?? Empty;
    }

    public static void Write(Utf8JsonWriter writer, string property, IReadOnlyDictionary<string, string> map)
    {
        if (map.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(property);
        foreach (var (key, value) in map)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }
}
