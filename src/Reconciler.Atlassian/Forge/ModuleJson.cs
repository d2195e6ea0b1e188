using System.Runtime.InteropServices;
using System.Text.Json;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Forge;

/// <summary>Reads a module object <c>{key, type, data}</c> (reference.md §2.3).</summary>
internal static class ModuleJson
{
    // The envelope around data, which CanonicalJson bounds itself.
    private const int DepthMax = CanonicalJson.MaxDepth + 8;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DepthMax };

    /// <exception cref="FormatException">Not JSON; the message says what and where.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(WithoutMark(json), Reading);
        }
        catch (JsonException exception)
        {
            throw new FormatException(
                $"not JSON (line {exception.LineNumber}, byte {exception.BytePositionInLine})", exception);
        }
    }

    /// <exception cref="FormatException">Not a module; the message says what is missing.</exception>
    public static ObservedModule Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"a module is {element.ValueKind}, not an object");
        }

        var key = Key(element) ?? throw new FormatException("a module without a key");
        return new ObservedModule(key, ReadContent(element) ?? throw new FormatException("a module without a type"));
    }

    /// <returns>Null when the element holds no type.</returns>
    /// <exception cref="FormatException">The data is not an object, or not canonicalisable.</exception>
    public static ModuleContent? ReadContent(JsonElement element)
    {
        if (Text(element, "type") is not { } type)
        {
            return null;
        }

        var hasData = element.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null;
        var json = hasData ? JsonMarshal.GetRawUtf8Value(data).ToArray() : "{}"u8.ToArray();
        return ModuleContent.TryCreate(type, json, out var content, out var error)
            ? content
            : throw new FormatException($"the data of a module is unusable: {error}");
    }

    /// <summary>The content if it can be read; an echo that cannot proves nothing against the key beside it.</summary>
    public static ModuleContent? TryReadContent(JsonElement element)
    {
        try
        {
            return ReadContent(element);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The remote key, if there is one.</summary>
    /// <exception cref="FormatException">It is longer than a ledger can record: every write would be refused.
    /// </exception>
    public static string? Key(JsonElement element)
    {
        var key = Text(element, "key");
        return key is { Length: > ItemKey.LengthMax }
            ? throw new FormatException($"a key has {key.Length} characters, more than {ItemKey.LengthMax}")
            : key;
    }

    /// <summary>A non-empty string member, else null.</summary>
    /// <exception cref="FormatException">The string is not valid Unicode.</exception>
    public static string? Text(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        return Valid(() => value.GetString(), name) is { Length: > 0 } text ? text : null;
    }

    /// <exception cref="FormatException">The name is not valid Unicode.</exception>
    public static string Name(JsonProperty member) => Valid(() => member.Name, "a member name")!;

    /// <summary>The parser checks neither UTF-8 nor surrogate pairs inside strings; reading them does.</summary>
    private static string? Valid(Func<string?> read, string what)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException($"{what} is not valid Unicode", exception);
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
}
