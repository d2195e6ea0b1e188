using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Reconciler.Operator.Migration;

/// <summary>Writes JSON as block YAML that kubectl's reader takes for the same value.</summary>
internal static partial class YamlText
{
    /// <summary>Words that YAML 1.1 takes for something else than a text.</summary>
    private static readonly string[] Reserved = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

    /// <summary>Lines of a value that stands alone.</summary>
    public static IEnumerable<string> Block(JsonElement value, int indent) => value.ValueKind switch
    {
        JsonValueKind.Object when value.EnumerateObject().Any() =>
            value.EnumerateObject().SelectMany(member => Member(member.Name, member.Value, indent)),
        JsonValueKind.Array when value.GetArrayLength() > 0 =>
            value.EnumerateArray().SelectMany(item => Item(item, indent)),
        _ => [Pad(indent) + Scalar(value)],
    };

    /// <summary>Lines of <c>name: value</c>.</summary>
    public static IEnumerable<string> Member(string name, JsonElement value, int indent) => IsNested(value)
        ? Block(value, indent + 2).Prepend($"{Pad(indent)}{Text(name)}:")
        : [$"{Pad(indent)}{Text(name)}: {Scalar(value)}"];

    /// <summary>A text, quoted where it must be.</summary>
    public static string Text(string text) =>
        Plain().IsMatch(text) && !Reserved.Contains(text, StringComparer.OrdinalIgnoreCase)
            ? text
            : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static IEnumerable<string> Item(JsonElement item, int indent)
    {
        var lines = Block(item, indent + 2).ToArray();
        lines[0] = $"{Pad(indent)}- {lines[0].AsSpan(indent + 2)}";
        return lines;
    }

    private static bool IsNested(JsonElement value) =>
        (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any())
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0);

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        _ => value.GetRawText(),
    };

    private static string Pad(int indent) => new(' ', indent);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plain();
}
