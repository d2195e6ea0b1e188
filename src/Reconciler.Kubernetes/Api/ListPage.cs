using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// One page of a list. <see cref="Continue"/> is null on the last one. An item that cannot be decoded does not spoil
/// its page; it is told apart in <see cref="Broken"/>.
/// </summary>
public sealed record ListPage<T>(
    string ResourceVersion,
    string? Continue,
    long? RemainingItemCount,
    IReadOnlyList<T> Items,
    IReadOnlyList<Undecodable> Broken)
{
    // The decoder of an item bounds its depth; the page must be able to skip an item that is deeper and go on.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = 10_000 };

    /// <exception cref="JsonException">The answer is not a list.</exception>
    public static ListPage<T> Decode(ReadOnlySpan<byte> json, JsonTypeInfo<T> itemType)
    {
        var reader = new Utf8JsonReader(json, AnyDepth);
        reader.Read();
        JsonShape.Expect(reader, JsonTokenType.StartObject);
        var header = default(ListHeader);
        List<T>? items = null;
        var broken = new List<Undecodable>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                header = ListHeader.Read(ref reader);
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                items = ReadItems(json, ref reader, itemType, broken);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return items is null
            ? throw new JsonException("The answer has no \"items\": it is not a list.")
            : new ListPage<T>(header.ResourceVersion ?? "", header.Continue, header.Remaining, items, broken);
    }

    private static List<T> ReadItems(
        ReadOnlySpan<byte> json, ref Utf8JsonReader reader, JsonTypeInfo<T> itemType, List<Undecodable> broken)
    {
        var items = new List<T>();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return items;
        }

        JsonShape.Expect(reader, JsonTokenType.StartArray);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var item = json[start..(int)reader.BytesConsumed];
            try
            {
                items.Add(JsonSerializer.Deserialize(item, itemType) ?? throw new JsonException("The item is null."));
            }
            catch (JsonException exception)
            {
                broken.Add(Undecodable.Describe(item, exception.Message));
            }
        }

        return items;
    }
}

/// <summary>The metadata of a list.</summary>
internal readonly record struct ListHeader(string? ResourceVersion, string? Continue, long? Remaining)
{
    public static ListHeader Read(ref Utf8JsonReader reader)
    {
        JsonShape.Expect(reader, JsonTokenType.StartObject);
        string version = "", next = "";
        long? remaining = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isVersion = reader.ValueTextEquals("resourceVersion"u8);
            var isContinue = reader.ValueTextEquals("continue"u8);
            var isRemaining = reader.ValueTextEquals("remainingItemCount"u8);
            reader.Read();
            if (isVersion)
            {
                version = JsonShape.String(reader);
            }
            else if (isContinue)
            {
                next = JsonShape.String(reader);
            }
            else if (isRemaining)
            {
                remaining = JsonShape.Int64(reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return new ListHeader(version, next.Length > 0 ? next : null, remaining);
    }
}
