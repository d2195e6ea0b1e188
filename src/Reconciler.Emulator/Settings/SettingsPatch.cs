using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Emulator.Control;

namespace Reconciler.Emulator.Settings;

/// <summary>Lays the given knobs over the current ones; an unknown knob is an error that names it.</summary>
internal static class SettingsPatch
{
    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="JsonException">A knob is unknown or has the wrong type.</exception>
    public static EmulatorSettings Apply(EmulatorSettings current, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("settings must be a JSON object of knobs");
        }

        JsonObject merged = JsonSerializer.SerializeToNode(current, ControlJson.Default.EmulatorSettings)!.AsObject();
        foreach (JsonProperty knob in patch.EnumerateObject())
        {
            merged[knob.Name] = JsonNode.Parse(knob.Value.GetRawText(), documentOptions: Lenient);
        }

        EmulatorSettings settings = merged.Deserialize(ControlJson.Default.EmulatorSettings)!;
        return Explain(settings) is { } reason ? throw new JsonException(reason) : settings;
    }

    private static string? Explain(EmulatorSettings settings) => settings switch
    {
        { DefaultPageSize: < 1 } or { MaxPageSize: < 1 } or { MaxLimit: < 1 } => "page sizes must be 1 or more",
        { MaxModules: < 0 } => "maxModules must be 0 or more",
        { LatencyMs: < 0 } or { ConsistencyLagMs: < 0 } => "times must be 0 or more milliseconds",
        { RateLimit: { PerSecond: <= 0 } or { Burst: < 1 } } => "rateLimit needs perSecond above 0 and burst 1 or more",
        _ => null,
    };
}
