using System.Text.Json;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>The body of a Forge POST or PUT, taken apart.</summary>
internal sealed record ForgeBody(string Type, JsonElement Data, string? Key)
{
    /// <summary>Null with the refusal when the body cannot be a module.</summary>
    public static ForgeBody? Read(RemoteCall call, out WireResponse refusal)
    {
        refusal = ForgeErrors.Malformed();
        if (call.Request.BodyTooLong || call.Request.Body.Length > call.Settings.MaxRequestBytes)
        {
            refusal = ForgeErrors.TooLarge();
            return null;
        }

        if (JsonText.TryParse(call.Request.Body, out _) is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        string? problem = Problem(root);
        if (problem is not null)
        {
            refusal = ForgeErrors.InvalidData(problem);
            return null;
        }

        string? key = root.TryGetProperty("key", out JsonElement value) ? value.GetString() : null;
        return new ForgeBody(root.GetProperty("type").GetString()!, root.GetProperty("data"), key);
    }

    private static string? Problem(JsonElement root)
    {
        if (!root.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String)
        {
            return "type is required and must be a string";
        }

        if (!root.TryGetProperty("data", out JsonElement data) || data.ValueKind != JsonValueKind.Object)
        {
            return "data is required and must be an object";
        }

        return root.TryGetProperty("key", out JsonElement key) && key.ValueKind != JsonValueKind.String
            ? "key must be a string"
            : null;
    }
}
