using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.Simulation.Cluster;

/// <summary>One stored version of an object, not to be changed any more, and its bytes, made when first asked for:
/// most versions are of leases, which nobody but their holder reads.</summary>
internal sealed class SimObject(JsonObject item)
{
    private byte[]? _whole;
    private byte[]? _metadata;

    public JsonObject Item { get; } = item;

    /// <summary>As the request's Accept header wants it: whole, or metadata only.</summary>
    public byte[] Bytes(bool metadataOnly) =>
        metadataOnly ? _metadata ??= Write(Metadata()) : _whole ??= Write(Item);

    private JsonObject Metadata() => new()
    {
        ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = Item["metadata"]!.DeepClone(),
    };

    private static byte[] Write(JsonObject item)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            item.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
