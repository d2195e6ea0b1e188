using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Operator.Resources;

/// <summary>
/// A JSON value as it came, as bytes: a cache of ten thousand modules holds their text and nothing else. Of a value
/// above <see cref="LengthMax"/> only the length is kept, since it is refused anyway.
/// </summary>
[JsonConverter(typeof(RawJsonConverter))]
internal sealed class RawJson
{
    /// <summary>What the CRD allows for <c>spec.data</c>: 64 KiB.</summary>
    public const int LengthMax = 64 * 1024;

    private readonly byte[] _bytes;

    public RawJson(ReadOnlySpan<byte> json)
    {
        Length = json.Length;
        _bytes = IsTooLarge ? [] : json.ToArray();
    }

    public int Length { get; }

    public bool IsTooLarge => Length > LengthMax;

    /// <summary>Empty when too large.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;
}

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override bool HandleNull => true;

    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(JsonMarshal.GetRawUtf8Value(document.RootElement));
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Bytes.Span, skipInputValidation: true);
}
