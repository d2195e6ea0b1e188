using System.Text.Json;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>
/// What the server does to <c>data</c>: it drops the client's <c>key</c> (X7), adds its own defaults, and copies the
/// outer key into every answer. Property order and number texts stay as sent.
/// </summary>
internal static class ModuleData
{
    public static JsonElement Normalize(ForgeBody body, EmulatorSettings settings) =>
        Normalize(body.Type, body.Data, settings);

    public static JsonElement Normalize(string type, JsonElement data, EmulatorSettings settings)
    {
        byte[] text = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in data.EnumerateObject().Where(property => property.Name != "key"))
            {
                property.WriteTo(writer);
            }

            foreach (JsonProperty added in Defaults(type, data, settings))
            {
                added.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        return JsonText.TryParse(text, out _)!.Value;
    }

    /// <summary>The same object with its key first.</summary>
    public static JsonElement WithKey(JsonElement data, string key)
    {
        byte[] text = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("key", key);
            foreach (JsonProperty property in data.EnumerateObject().Where(property => property.Name != "key"))
            {
                property.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        return JsonText.TryParse(text, out _)!.Value;
    }

    public static byte[] Render(StoredModule module, EmulatorSettings settings) =>
        JsonText.Write(writer => Write(writer, module, settings));

    public static byte[] RenderKey(StoredModule module) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("key", module.Key);
        writer.WriteEndObject();
    });

    public static void Write(Utf8JsonWriter writer, StoredModule module, EmulatorSettings settings)
    {
        writer.WriteStartObject();
        writer.WriteString("key", module.Key);
        writer.WriteString("type", module.Type);
        writer.WriteStartObject("data");
        if (settings.InjectDataKey)
        {
            writer.WriteString("key", module.Key);
        }

        foreach (JsonProperty property in module.Data.EnumerateObject())
        {
            property.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static IEnumerable<JsonProperty> Defaults(string type, JsonElement data, EmulatorSettings settings) =>
        settings.InjectDefaults.TryGetValue(type, out JsonElement defaults)
            && defaults.ValueKind == JsonValueKind.Object
            ? defaults.EnumerateObject().Where(added => !data.TryGetProperty(added.Name, out _))
            : [];
}
