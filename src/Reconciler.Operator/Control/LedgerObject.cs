using System.Collections.Immutable;
using System.Text.Json;
using Reconciler.Core.Ledgers;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Control;

/// <summary>
/// A ModuleLedger as it lies in the API server: the ledger in <c>spec</c>, and the metadata that a replacing write
/// must carry on (labels, annotations and finalizers of others).
/// </summary>
/// <param name="Metadata">The metadata object without managedFields; null for a ledger that does not exist
/// yet.</param>
internal sealed record LedgerObject(Ledger Ledger, string Version, JsonElement? Metadata)
{
    /// <summary>Keeps the ledger while it owes the world something (crash-safety.md §3).</summary>
    public const string Finalizer = "reconciler.io/ledger";

    /// <exception cref="JsonException">The answer is not an object with metadata and spec.</exception>
    /// <exception cref="FormatException">The spec is not a ledger of this format; one sentence.</exception>
    public static LedgerObject Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = LedgerJson.MaxDepth });
        var root = document.RootElement;
        if (!root.TryGetProperty("metadata", out var metadata) || !root.TryGetProperty("spec", out var spec))
        {
            throw new JsonException("the object has no metadata or no spec");
        }

        var version = metadata.GetProperty("resourceVersion").GetString() ?? "";
        return LedgerJson.TryRead(spec, out var ledger, out var error)
            ? new(ledger!, version, metadata.Clone())
            : throw new FormatException(error);
    }

    /// <summary>The body of the write that replaces this version with <paramref name="next"/>.</summary>
    public byte[] ReplacedBy(Ledger next, ResourceType type) => JsonBytes.Write(this, (json, current) =>
    {
        json.WriteStartObject();
        json.WriteString("apiVersion", type.ApiVersion);
        json.WriteString("kind", type.Kind);
        json.WritePropertyName("metadata");
        current.WriteMetadata(json, next);
        json.WritePropertyName("spec");
        LedgerJson.Write(json, next);
        json.WriteEndObject();
    });

    private static bool MustStay(Ledger ledger) => ledger.Entries.Count > 0 || ledger.Orphans.Length > 0;

    private void WriteMetadata(Utf8JsonWriter json, Ledger next)
    {
        json.WriteStartObject();
        json.WriteString("name", next.Installation.Name);
        json.WriteString("namespace", next.Installation.Namespace);
        var finalizers = ImmutableArray<string>.Empty;
        foreach (var field in Metadata?.EnumerateObject() ?? default)
        {
            if (field.Name == "finalizers")
            {
                finalizers = [.. field.Value.EnumerateArray().Select(item => item.GetString()!)];
            }
            else if (field.Name is not ("name" or "namespace" or "managedFields"))
            {
                field.WriteTo(json);
            }
        }

        // A finalizer cannot be added to an object that is being deleted: then only ours that is there may stay.
        var deleting = Metadata is { } metadata && metadata.TryGetProperty("deletionTimestamp", out _);
        var held = finalizers.Contains(Finalizer, StringComparer.Ordinal);
        var others = finalizers.Remove(Finalizer);
        json.WriteStartArray("finalizers");
        foreach (var finalizer in MustStay(next) && (held || !deleting) ? others.Add(Finalizer) : others)
        {
            json.WriteStringValue(finalizer);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
