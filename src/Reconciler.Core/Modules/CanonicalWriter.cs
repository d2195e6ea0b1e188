using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reconciler.Core.Modules;

/// <summary>Writes JSON elements in RFC 8785 form. Throws <see cref="FormatException"/> naming the member for what has
/// no canonical form: a member that appears twice, a lone surrogate, a number beyond a double.</summary>
internal sealed class CanonicalWriter(IBufferWriter<byte> output)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Names of the members around the value being written, for error messages.
    private readonly List<string> _path = [];

    public void WriteObject(JsonElement element, string? withoutProperty = null)
    {
        var members = SortedMembers(element);
        Raw("{"u8);
        var first = true;
        foreach (var (name, value) in members)
        {
            if (string.Equals(name, withoutProperty, StringComparison.Ordinal))
            {
                continue;
            }

            if (!first)
            {
                Raw(","u8);
            }

            first = false;
            WriteString(name);
            Raw(":"u8);
            _path.Add(name);
            WriteValue(value);
            _path.RemoveAt(_path.Count - 1);
        }

        Raw("}"u8);
    }

    /// <exception cref="EncoderFallbackException"><paramref name="value"/> holds a lone surrogate.</exception>
    public void WriteString(string value)
    {
        Raw("\""u8);
        var start = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var character = value[i];
            if (character >= ' ' && character != '"' && character != '\\')
            {
                continue;
            }

            Text(value.AsSpan(start, i - start));
            Text(Escape(character));
            start = i + 1;
        }

        Text(value.AsSpan(start));
        Raw("\""u8);
    }

    private (string Name, JsonElement Value)[] SortedMembers(JsonElement element)
    {
        var members = new (string Name, JsonElement Value)[element.GetPropertyCount()];
        var count = 0;
        foreach (var member in element.EnumerateObject())
        {
            members[count++] = (NameOf(member), member.Value);
        }

        // Ordinal comparison of .NET strings is by UTF-16 code unit, which is what the RFC asks for (§3.2.3).
        Array.Sort(members, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        for (var i = 1; i < members.Length; i++)
        {
            if (string.Equals(members[i].Name, members[i - 1].Name, StringComparison.Ordinal))
            {
                throw new FormatException($"member \"{members[i].Name}\"{Inside()} appears twice");
            }
        }

        return members;
    }

    private void WriteValue(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(element);
                break;
            case JsonValueKind.Array:
                WriteArray(element);
                break;
            case JsonValueKind.String:
                WriteString(TextOf(element));
                break;
            case JsonValueKind.Number:
                Text(EcmaScriptNumber.Format(element));
                break;
            default:
                Text(element.GetRawText());
                break;
        }
    }

    private void WriteArray(JsonElement element)
    {
        Raw("["u8);
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first)
            {
                Raw(","u8);
            }

            first = false;
            WriteValue(item);
        }

        Raw("]"u8);
    }

    private string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw NotText($"a member name{Inside()}");
        }
    }

    private string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw NotText($"the text{Inside()}");
        }
    }

    private static FormatException NotText(string where) =>
        new($"{where} is not valid Unicode: it holds half of a surrogate pair or broken UTF-8");

    private string Inside() => _path.Count == 0 ? "" : $" in \"{string.Join('.', _path)}\"";

    private static string Escape(char character) => character switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
    };

    private void Text(ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(Utf8.GetMaxByteCount(text.Length));
        output.Advance(Utf8.GetBytes(text, span));
    }

    private void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
