using System.Buffers;
using System.Text.Json;

namespace Reconciler.Core.Modules;

/// <summary>
/// RFC 8785 (JCS): members sorted by UTF-16 code units, shortest number form of ECMAScript, minimal escapes, no space.
/// Duplicate member names are refused: two readers could see two values.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Deepest nesting accepted; the remote documents none, System.Text.Json reads 64 by default.</summary>
    public const int MaxDepth = 64;

    /// <summary>Canonicalises one JSON object, leaving out a top-level member.</summary>
    /// <returns>False with what is wrong and at which byte.</returns>
    public static bool TryCanonicalizeObject(
        ReadOnlyMemory<byte> json, string? withoutProperty, out byte[]? canonical, out string? error)
    {
        canonical = null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                error = $"expected a JSON object, found {Name(document.RootElement.ValueKind)}";
                return false;
            }

            var buffer = new ArrayBufferWriter<byte>(json.Length);
            new CanonicalWriter(buffer).WriteObject(document.RootElement, withoutProperty);
            canonical = buffer.WrittenSpan.ToArray();
            error = null;
            return true;
        }
        catch (JsonException exception)
        {
            error = $"not valid JSON: {exception.Message}";
            return false;
        }
        catch (FormatException exception)
        {
            error = exception.Message;
            return false;
        }
    }

    /// <summary>⊒: every value of <paramref name="sent"/> is present in <paramref name="observed"/>; objects
    /// recursively, arrays equal. Both are canonical.</summary>
    public static bool Covers(ReadOnlyMemory<byte> observed, ReadOnlyMemory<byte> sent)
    {
        using var left = JsonDocument.Parse(observed);
        using var right = JsonDocument.Parse(sent);
        return Covers(left.RootElement, right.RootElement);
    }

    /// <summary>The canonical form of a string, quotes included.</summary>
    /// <exception cref="System.Text.EncoderFallbackException">It holds a lone surrogate.</exception>
    public static byte[] Quote(string value)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Length + 2);
        new CanonicalWriter(buffer).WriteString(value);
        return buffer.WrittenSpan.ToArray();
    }

    private static bool Covers(JsonElement observed, JsonElement sent)
    {
        if (sent.ValueKind != JsonValueKind.Object || observed.ValueKind != JsonValueKind.Object)
        {
            // Both are canonical, so equal values have equal text.
            return observed.ValueKind == sent.ValueKind
                && string.Equals(observed.GetRawText(), sent.GetRawText(), StringComparison.Ordinal);
        }

        // Both are sorted alike: one walk over each finds every member of the smaller in the larger.
        var candidates = observed.EnumerateObject();
        foreach (var member in sent.EnumerateObject())
        {
            if (!MoveTo(ref candidates, member.Name) || !Covers(candidates.Current.Value, member.Value))
            {
                return false;
            }
        }

        return true;
    }

    private static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private static bool MoveTo(ref JsonElement.ObjectEnumerator members, string name)
    {
        while (members.MoveNext())
        {
            var order = string.CompareOrdinal(members.Current.Name, name);
            if (order >= 0)
            {
                return order == 0;
            }
        }

        return false;
    }
}
