using System.Globalization;
using System.Text.Json;

namespace Reconciler.Core.Ledgers;

/// <summary>One value of a stored ledger with the path that led to it. Every read throws <see cref="FormatException"/>
/// with that path when the value is not what it must be.</summary>
internal readonly record struct LedgerNode(JsonElement Element, string Path)
{
    /// <summary>Refuses members that this format does not have.</summary>
    public LedgerNode AllowOnly(params ReadOnlySpan<string> members)
    {
        Expect(JsonValueKind.Object, "an object");
        foreach (var member in Element.EnumerateObject())
        {
            if (!members.Contains(member.Name))
            {
                throw Wrong($"has the unknown field \"{member.Name}\"");
            }
        }

        return this;
    }

    public LedgerNode Required(string member) =>
        Optional(member) ?? throw Wrong($"lacks the field \"{member}\"");

    public LedgerNode? Optional(string member)
    {
        Expect(JsonValueKind.Object, "an object");
        return Element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null
            ? new LedgerNode(value, Path.Length == 0 ? member : $"{Path}.{member}")
            : null;
    }

    public IEnumerable<(string Name, LedgerNode Value)> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        foreach (var member in Element.EnumerateObject())
        {
            yield return (member.Name, new LedgerNode(member.Value, $"{Path}.{member.Name}"));
        }
    }

    public IEnumerable<LedgerNode> Items()
    {
        Expect(JsonValueKind.Array, "a list");
        var index = 0;
        foreach (var item in Element.EnumerateArray())
        {
            yield return new LedgerNode(item, string.Create(CultureInfo.InvariantCulture, $"{Path}[{index++}]"));
        }
    }

    public string Text()
    {
        Expect(JsonValueKind.String, "a text");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("is not valid Unicode");
        }
    }

    public long Number() =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out var value) && value >= 0
        ? value
        : throw Wrong("must be a whole number of at least 0");

    public int Count() => Number() is var value and <= int.MaxValue ? (int)value : throw Wrong("is too large");

    public bool Flag() => Element.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? Element.GetBoolean()
        : throw Wrong("must be true or false");

    public T Choice<T>()
        where T : struct, Enum => Text() is var text && Enum.GetNames<T>().Contains(text)
            ? Enum.Parse<T>(text)
            : throw Wrong($"must be one of {string.Join(", ", Enum.GetNames<T>())}, not \"{text}\"");

    public DateTimeOffset Time() => LedgerTime.Read(Text()) ?? throw Wrong("must be an RFC 3339 time");

    public FormatException Wrong(string what) => new($"the ledger{(Path.Length == 0 ? "" : $"'s {Path}")} {what}");

    private void Expect(JsonValueKind kind, string name)
    {
        if (Element.ValueKind != kind)
        {
            throw Wrong($"must be {name}");
        }
    }
}
