using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Reconciler.Atlassian.Forge;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>
/// Bodies of https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-dynamic-modules/ and the Confluence
/// guide (read 2026-11-22): a map from module type to an array of modules, the key inside each (X10).
/// </summary>
internal static class ConnectWire
{
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<ObservedModule> modules)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var group in modules.GroupBy(module => module.Content.Type, StringComparer.Ordinal))
            {
                writer.WriteStartArray(group.Key);
                foreach (var module in group)
                {
                    WriteModule(writer, module);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The map form; defensively also inside <c>modules</c>, as the OpenAPI file has it (X10).</summary>
    /// <exception cref="FormatException">The body is no such list; the message says what it is.</exception>
    public static ConnectList Read(ReadOnlyMemory<byte> body)
    {
        using var document = ModuleJson.Parse(body);
        var modules = new Dictionary<string, ObservedModule>(StringComparer.Ordinal);
        var keyless = 0;
        foreach (var map in Unwrap(document.RootElement))
        {
            foreach (var group in Members(map))
            {
                foreach (var module in ReadGroup(group, ref keyless))
                {
                    modules[module.Key] = module;
                }
            }
        }

        return new ConnectList(
            [.. modules.Values.OrderBy(module => module.Key, StringComparer.Ordinal)],
            keyless == 0 ? null : $"{keyless} webhooks without a key are registered; they cannot be managed.");
    }

    private static void WriteModule(Utf8JsonWriter writer, ObservedModule module)
    {
        using var data = JsonDocument.Parse(module.Content.Data);
        writer.WriteStartObject();
        writer.WriteString("key"u8, module.Key);
        foreach (var member in data.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static IEnumerable<JsonElement> Unwrap(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || root.GetPropertyCount() != 1
            || !root.TryGetProperty("modules", out var modules))
        {
            return [root];
        }

        return modules.ValueKind == JsonValueKind.Array ? modules.EnumerateArray() : [modules];
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement map) => map.ValueKind == JsonValueKind.Object
        ? map.EnumerateObject()
        : throw new FormatException($"expected an object of module types, found {map.ValueKind}");

    private static List<ObservedModule> ReadGroup(JsonProperty group, ref int keyless)
    {
        if (group.Value.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"the modules of a type are {group.Value.ValueKind}, not an array");
        }

        var type = ModuleJson.Name(group);
        var modules = new List<ObservedModule>();
        foreach (var element in group.Value.EnumerateArray())
        {
            if (ModuleJson.Key(element) is { } key)
            {
                modules.Add(new ObservedModule(key, ReadContent(type, element)));
            }
            else if (type == "webhooks" && element.ValueKind == JsonValueKind.Object)
            {
                // The one type whose key is optional in a descriptor; ours always have one (reference.md §7.5).
                keyless++;
            }
            else
            {
                throw new FormatException("a module without a key");
            }
        }

        return modules;
    }

    private static ModuleContent ReadContent(string type, JsonElement element) =>
        ModuleContent.TryCreate(type, JsonMarshal.GetRawUtf8Value(element).ToArray(), out var content, out var error)
            ? content!
            : throw new FormatException($"the data of a module is unusable: {error}");
}
