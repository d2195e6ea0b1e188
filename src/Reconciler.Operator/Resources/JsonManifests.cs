using System.Text;
using System.Text.Json;

namespace Reconciler.Operator.Resources;

/// <summary>Reads JSON manifests, one after the other in one file.</summary>
internal static class JsonManifests
{
    /// <exception cref="ManifestException">Not JSON, a member twice, or nested deeper than 64.</exception>
    public static List<ManifestNode> Parse(string file, ReadOnlySpan<byte> text)
    {
        var documents = new List<ManifestNode>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowMultipleValues = true });
        var lines = new LineCounter(file, text);
        try
        {
            while (reader.Read())
            {
                documents.Add(Value(ref reader, ref lines));
            }
        }
        catch (JsonException exception)
        {
            var what = exception.Message.Split(" LineNumber:")[0];
            throw new ManifestException(
                new ManifestPlace(file, (exception.LineNumber ?? 0) + 1), $"not valid JSON: {what}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new ManifestException(
                lines.At(reader.TokenStartIndex), "the text is not valid Unicode: correct the escape", exception);
        }

        return documents;
    }

    private static ManifestNode Value(ref Utf8JsonReader reader, ref LineCounter lines)
    {
        var place = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, ref lines, place);
            case JsonTokenType.StartArray:
                var items = new List<ManifestNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(ref reader, ref lines));
                }

                return new ManifestNode.Sequence(place, items);
            case JsonTokenType.String:
                return new ManifestNode.Scalar(place, JsonValueKind.String, reader.GetString()!);
            default:
                var kind = reader.TokenType switch
                {
                    JsonTokenType.Number => JsonValueKind.Number,
                    JsonTokenType.True => JsonValueKind.True,
                    JsonTokenType.False => JsonValueKind.False,
                    _ => JsonValueKind.Null,
                };
                return new ManifestNode.Scalar(place, kind, Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static ManifestNode.Mapping Object(ref Utf8JsonReader reader, ref LineCounter lines, ManifestPlace place)
    {
        var members = new List<ManifestMember>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            var at = lines.At(reader.TokenStartIndex);
            if (!names.Add(name))
            {
                throw new ManifestException(at, $"\"{name}\" appears twice in one object: remove one");
            }

            reader.Read();
            members.Add(new ManifestMember(name, at, Value(ref reader, ref lines)));
        }

        return new ManifestNode.Mapping(place, members);
    }

    /// <summary>Counts lines forward only: offsets must not go back.</summary>
    private ref struct LineCounter(string file, ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _offset;
        private long _line = 1;

        public ManifestPlace At(long offset)
        {
            if (offset > _offset)
            {
                _line += _text[_offset..(int)offset].Count((byte)'\n');
                _offset = (int)offset;
            }

            return new ManifestPlace(file, _line);
        }
    }
}
