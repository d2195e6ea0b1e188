using System.Text.Json;
using Reconciler.Emulator.Settings;

namespace Reconciler.Emulator.Endpoints;

/// <summary>A dynamic module may only point at what the manifest declares (reference §2.8, inferred).</summary>
internal static class ManifestReferences
{
    /// <summary>The path and the reason of the first dangling reference, or null.</summary>
    public static string? Explain(ManifestSettings manifest, JsonElement data) =>
        Explain(data, "function", manifest.Functions)
        ?? Explain(data, "endpoint", manifest.Endpoints)
        ?? Explain(data, "resource", manifest.Resources);

    private static string? Explain(JsonElement data, string property, IReadOnlyList<string>? declared)
    {
        if (declared is null
            || !data.TryGetProperty(property, out JsonElement value)
            || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        string name = value.GetString()!;
        return declared.Contains(name, StringComparer.Ordinal)
            ? null
            : $"data.{property} '{name}' is not declared in the manifest";
    }
}
