using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reconciler.Core.Modules;

/// <summary>Writes JSON elements in RFC 8785 form.</summary>
internal sealed class CanonicalWriter(IBufferWriter<byte> output)
{
    public void WriteObject(JsonElement element, string? withoutProperty = null)
    {
        var members = new List<JsonProperty>();
        foreach (var member in element.EnumerateObject())
        {
            if (!string.Equals(member.Name, withoutProperty, StringComparison.Ordinal))
            {
                members.Add(member);
            }
        }

        // Ordinal comparison of .NET strings is by UTF-16 code unit, which is what the RFC asks for (§3.2.3).
        members.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        Raw("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (string.Equals(members[i].Name, members[i - 1].Name, StringComparison.Ordinal))
                {
                    throw new FormatException($"member \"{members[i].Name}\" appears twice");
                }

                Raw(","u8);
            }

            WriteString(members[i].Name);
            Raw(":"u8);
            WriteValue(members[i].Value);
        }

        Raw("}"u8);
    }

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
                WriteString(element.GetString()!);
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
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
