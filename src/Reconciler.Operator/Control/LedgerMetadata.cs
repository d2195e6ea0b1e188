using System.Text.Json;
using Reconciler.Core.Ledgers;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Control;

/// <summary>
/// The metadata of a ModuleLedger, which a replacing write must carry on: labels, annotations and finalizers of others.
/// Kept for every installation between its passes, so without managedFields, which are the server's.
/// </summary>
internal sealed class LedgerMetadata
{
    /// <summary>Keeps the ledger while it owes the world something (crash-safety.md §3).</summary>
    public const string Finalizer = "reconciler.io/ledger";

    private readonly byte[] _json;

    private LedgerMetadata(string version, byte[] json) => (Version, _json) = (version, json);

    /// <summary>Of a ledger that does not exist yet.</summary>
    public static LedgerMetadata None { get; } = new("", "{}"u8.ToArray());

    public string Version { get; }

    /// <summary>That of a stored object, whole or cut down to its metadata.</summary>
    /// <exception cref="JsonException">It is no object with metadata.</exception>
    public static LedgerMetadata Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = LedgerJson.MaxDepth });
        return In(document.RootElement);
    }

    /// <inheritdoc cref="Parse"/>
    public static LedgerMetadata In(JsonElement stored) =>
        stored.ValueKind == JsonValueKind.Object && stored.TryGetProperty("metadata", out var metadata)
            ? Of(metadata)
            : throw new JsonException("it is no object with metadata");

    private static LedgerMetadata Of(JsonElement metadata) => new(
        VersionOf(metadata) ?? throw new JsonException("its metadata has no resourceVersion"),
        JsonBytes.Write(metadata, static (json, from) =>
        {
            json.WriteStartObject();
            foreach (var field in from.EnumerateObject().Where(static field => field.Name != "managedFields"))
            {
                field.WriteTo(json);
            }

            json.WriteEndObject();
        }));

    /// <summary>The body of the write that replaces this version with <paramref name="next"/>.</summary>
    public byte[] ReplacedBy(Ledger next, ResourceType type) => JsonBytes.Write(this, (json, current) =>
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", type.ApiVersion);
        json.WriteString("kind", type.Kind);
        json.WritePropertyName("metadata");
        current.Write(json, next);
        json.WritePropertyName("spec");
        LedgerJson.Write(json, next);
        json.WriteEndObject();
    });

    // Without it the next write would be no compare-and-swap.
    private static string? VersionOf(JsonElement metadata) =>
        metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("resourceVersion", out var version)
        && version.ValueKind == JsonValueKind.String
        && version.GetString() is { Length: > 0 } known
            ? known
            : null;

    private static bool MustStay(Ledger ledger) => ledger.Entries.Count > 0 || ledger.Orphans.Length > 0;

    private void Write(Utf8JsonWriter json, Ledger next)
    {
        using var document = JsonDocument.Parse(_json);
        var metadata = document.RootElement;
        json.WriteStartObject();
        json.WriteString("name", next.Installation.Name);
        json.WriteString("namespace", next.Installation.Namespace);
        foreach (var field in metadata.EnumerateObject().Where(
            static field => field.Name is not ("name" or "namespace" or "finalizers")))
        {
            field.WriteTo(json);
        }

        json.WriteStartArray("finalizers");
        foreach (var finalizer in FinalizersOf(metadata, next))
        {
            json.WriteStringValue(finalizer);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // A finalizer cannot be added to an object that is being deleted: then only ours that is there may stay.
    private static IEnumerable<string> FinalizersOf(JsonElement metadata, Ledger next)
    {
        string[] held = metadata.TryGetProperty("finalizers", out var stored)
            ? [.. stored.EnumerateArray().Select(static item => item.GetString()!)]
            : [];
        var mayAdd = held.Contains(Finalizer, StringComparer.Ordinal)
            || !metadata.TryGetProperty("deletionTimestamp", out _);
        var others = held.Where(static finalizer => finalizer != Finalizer);
        return MustStay(next) && mayAdd ? others.Append(Finalizer) : others;
    }
}
