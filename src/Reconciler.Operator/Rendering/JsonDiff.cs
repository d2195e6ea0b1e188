using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Rendering;

/// <summary>
/// Observed against desired content as lines of JSON, each after a blank, a minus (observed only) or a plus (desired
/// only). Members are compared by name and lists element by element, so that a changed value is two lines and not the
/// whole. Characters that could hide or reorder text are escaped.
/// </summary>
internal sealed class JsonDiff
{
    private const int LineLengthMax = 2000;
    private const int InlineMax = 72;

    private readonly int _linesMax;
    private readonly ImmutableArray<string>.Builder _lines = ImmutableArray.CreateBuilder<string>();
    private int _leftOut;

    private JsonDiff(int linesMax) => _linesMax = linesMax;

    /// <param name="observed">Null: everything is new. Equal to desired: its lines as they are.</param>
    /// <param name="linesMax">Lines beyond it are counted in a last line.</param>
    public static ImmutableArray<string> Of(ModuleContent? observed, ModuleContent desired, int linesMax)
    {
        var diff = new JsonDiff(linesMax);
        if (observed is not null && observed.Type != desired.Type)
        {
            diff.Line('-', 0, $"type: {observed.Type}");
            diff.Line('+', 0, $"type: {desired.Type}");
        }

        using var to = JsonDocument.Parse(desired.Data);
        if (observed is null || observed.Equals(desired))
        {
            diff.Whole(observed is null ? '+' : ' ', "", to.RootElement, 0, "");
        }
        else
        {
            using var from = JsonDocument.Parse(observed.Data);
            diff.Compare("", from.RootElement, to.RootElement, 0, "");
        }

        if (diff._leftOut > 0)
        {
            diff._lines.Add(string.Create(CultureInfo.InvariantCulture, $"  … {diff._leftOut} more lines"));
        }

        return diff._lines.ToImmutable();
    }

    private void Compare(string label, JsonElement from, JsonElement to, int depth, string end)
    {
        if (from.GetRawText() == to.GetRawText())
        {
            Line(' ', depth, $"{label}{Folded(to)}{end}");
        }
        else if (from.ValueKind == JsonValueKind.Object && to.ValueKind == JsonValueKind.Object)
        {
            Line(' ', depth, $"{label}{{");
            CompareMembers(from, to, depth + 1);
            Line(' ', depth, $"}}{end}");
        }
        else if (from.ValueKind == JsonValueKind.Array && to.ValueKind == JsonValueKind.Array)
        {
            Line(' ', depth, $"{label}[");
            CompareElements([.. from.EnumerateArray()], [.. to.EnumerateArray()], depth + 1);
            Line(' ', depth, $"]{end}");
        }
        else
        {
            Whole('-', label, from, depth, end);
            Whole('+', label, to, depth, end);
        }
    }

    private void CompareMembers(JsonElement from, JsonElement to, int depth)
    {
        var names = new SortedSet<string>(
            from.EnumerateObject().Concat(to.EnumerateObject()).Select(member => member.Name), StringComparer.Ordinal);
        foreach (var name in names)
        {
            var label = $"{JsonSerializer.Serialize(name, PlainJson.Default.String)}: ";
            var end = name == names.Max ? "" : ",";
            var before = from.TryGetProperty(name, out var old);
            var after = to.TryGetProperty(name, out var next);
            if (before && after)
            {
                Compare(label, old, next, depth, end);
            }
            else
            {
                Whole(before ? '-' : '+', label, before ? old : next, depth, end);
            }
        }
    }

    // What is equal at both ends stays; what is between is compared in pairs.
    private void CompareElements(JsonElement[] from, JsonElement[] to, int depth)
    {
        var head = 0;
        while (head < from.Length && head < to.Length && Same(from[head], to[head]))
        {
            Line(' ', depth, $"{Folded(to[head])}{Comma(head, to.Length)}");
            head++;
        }

        var tail = 0;
        while (tail < from.Length - head && tail < to.Length - head && Same(from[^(tail + 1)], to[^(tail + 1)]))
        {
            tail++;
        }

        var pairs = Math.Min(from.Length, to.Length) - head - tail;
        for (var i = head; i < head + pairs; i++)
        {
            Compare("", from[i], to[i], depth, Comma(i, to.Length));
        }

        for (var i = head + pairs; i < from.Length - tail; i++)
        {
            Whole('-', "", from[i], depth, Comma(i, from.Length));
        }

        for (var i = head + pairs; i < to.Length - tail; i++)
        {
            Whole('+', "", to[i], depth, Comma(i, to.Length));
        }

        for (var i = to.Length - tail; i < to.Length; i++)
        {
            Line(' ', depth, $"{Folded(to[i])}{Comma(i, to.Length)}");
        }
    }

    private void Whole(char mark, string label, JsonElement value, int depth, string end)
    {
        var isShort = depth > 0 && value.GetRawText().Length <= InlineMax;
        if (isShort || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            Line(mark, depth, $"{label}{value.GetRawText()}{end}");
            return;
        }

        var isObject = value.ValueKind == JsonValueKind.Object;
        Line(mark, depth, $"{label}{(isObject ? '{' : '[')}");
        if (isObject)
        {
            var members = value.EnumerateObject().ToArray();
            for (var i = 0; i < members.Length; i++)
            {
                var name = JsonSerializer.Serialize(members[i].Name, PlainJson.Default.String);
                Whole(mark, $"{name}: ", members[i].Value, depth + 1, Comma(i, members.Length));
            }
        }
        else
        {
            var elements = value.EnumerateArray().ToArray();
            for (var i = 0; i < elements.Length; i++)
            {
                Whole(mark, "", elements[i], depth + 1, Comma(i, elements.Length));
            }
        }

        Line(mark, depth, $"{(isObject ? '}' : ']')}{end}");
    }

    private static bool Same(JsonElement one, JsonElement other) => one.GetRawText() == other.GetRawText();

    private static string Comma(int index, int count) => index == count - 1 ? "" : ",";

    /// <summary>An unchanged value is context: of a large one only the size is told.</summary>
    private static string Folded(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= InlineMax ? text : value.ValueKind switch
        {
            JsonValueKind.Object => string.Create(
                CultureInfo.InvariantCulture, $"{{ … {value.EnumerateObject().Count()} members }}"),
            JsonValueKind.Array => string.Create(
                CultureInfo.InvariantCulture, $"[ … {value.GetArrayLength()} elements ]"),
            _ => $"{text[..(InlineMax - 1)]}…",
        };
    }

    private void Line(char mark, int depth, string text)
    {
        if (_lines.Count >= _linesMax)
        {
            _leftOut++;
            return;
        }

        var shown = text.Length <= LineLengthMax
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text[..LineLengthMax]}… ({text.Length} characters)");
        _lines.Add($"{mark} {new string(' ', depth * 2)}{Visible(shown)}");
    }

    // Bidirectional and invisible characters would let data show another text than it holds (CVE-2021-42574).
    private static string Visible(string text)
    {
        if (!text.EnumerateRunes().Any(IsHidden))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = IsHidden(rune)
                ? visible.Append("\\u{").Append(rune.Value.ToString("x4", CultureInfo.InvariantCulture)).Append('}')
                : visible.Append(rune.ToString());
        }

        return visible.ToString();
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Format or UnicodeCategory.Control
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
