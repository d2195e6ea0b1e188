using System.Text.Json;
using System.Text.RegularExpressions;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Migration;

/// <summary>
/// Writes the new data of one module from a template: <c>${name.value}</c> alone is the old value of any type,
/// within a text its text; <c>${name?}</c> leaves its member out when there is no such value; <c>$${</c> is
/// <c>${</c>. Notes which old fields were used, and what was wrong first.
/// </summary>
internal sealed partial class TemplateWriter(JsonElement old, string oldKey)
{
    private const string KeyPath = "key";

    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>One phrase; null while the template fits.</summary>
    public string? Problem { get; private set; }

    public void Write(ManifestNode node, Utf8JsonWriter json)
    {
        switch (node)
        {
            case ManifestNode.Mapping mapping:
                json.WriteStartObject();
                foreach (var member in mapping.Members.Where(member => !IsLeftOut(member.Value)))
                {
                    json.WritePropertyName(member.Name);
                    Write(member.Value, json);
                }

                json.WriteEndObject();
                break;
            case ManifestNode.Sequence sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Items.Where(item => !IsLeftOut(item)))
                {
                    Write(item, json);
                }

                json.WriteEndArray();
                break;
            case ManifestNode.Scalar { ScalarKind: JsonValueKind.String } text:
                WriteText(text.Text, json);
                break;
            default:
                node.Write(json);
                break;
        }
    }

    private void WriteText(string text, Utf8JsonWriter json)
    {
        if (Alone().Match(text) is { Success: true } alone)
        {
            WriteValue(alone.Groups["path"].Value, json);
            return;
        }

        json.WriteStringValue(Within().Replace(text, match => match.Groups["path"] is { Success: true } path
            ? TextOf(path.Value)
            : "${"));
    }

    private void WriteValue(string path, Utf8JsonWriter json)
    {
        if (path == KeyPath)
        {
            json.WriteStringValue(oldKey);
        }
        else if (Find(path) is { } value)
        {
            value.WriteTo(json);
        }
        else
        {
            Miss(path);
            json.WriteNullValue();
        }
    }

    private string TextOf(string path)
    {
        if (path == KeyPath)
        {
            return oldKey;
        }

        switch (Find(path))
        {
            case { ValueKind: JsonValueKind.String } text:
                return text.GetString()!;
            case { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } scalar:
                return scalar.GetRawText();
            case null:
                Miss(path);
                return "";
            default:
                Problem ??= $"${{{path}}} is no text that could stand within another";
                return "";
        }
    }

    private void Miss(string path) =>
        Problem ??= $"the old data has no {path}: write ${{{path}?}} where it may be absent";

    private bool IsLeftOut(ManifestNode node) =>
        node is ManifestNode.Scalar { ScalarKind: JsonValueKind.String } text
        && Alone().Match(text.Text) is { Success: true } match && match.Groups["optional"].Success
        && match.Groups["path"].Value != KeyPath && Find(match.Groups["path"].Value) is null;

    private JsonElement? Find(string path)
    {
        var at = old;
        var names = path.Split('.');
        foreach (var name in names)
        {
            if (at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var member))
            {
                at = member;
            }
            else if (at.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index)
                && index >= 0 && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else
            {
                return null;
            }
        }

        Used.Add(names[0]);
        return at;
    }

    [GeneratedRegex(@"^\$\{(?<path>[^{}?]+)(?<optional>\?)?\}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alone();

    [GeneratedRegex(@"\$\$\{|\$\{(?<path>[^{}?]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Within();
}
