using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Kubernetes.Api;

/// <summary>One line of a watch stream, decoded. Nothing is swallowed: a line is exactly one of these (W12).</summary>
public abstract record WatchLine<T>
{
    private WatchLine()
    {
    }

    /// <summary>ADDED or MODIFIED; a consumer must not rely on which.</summary>
    public sealed record Applied(T Object) : WatchLine<T>;

    /// <summary>DELETED, with the last state.</summary>
    public sealed record Deleted(T Object) : WatchLine<T>;

    /// <summary>Nothing happened up to this version; the marked one also ends WatchList's initial events.</summary>
    public sealed record Bookmark(string ResourceVersion, bool EndsInitialEvents) : WatchLine<T>;

    /// <summary>ERROR: the stream is over for this reason.</summary>
    public sealed record Failed(ApiStatus Status) : WatchLine<T>
    {
        public KubernetesApiException ToException() => new(Status);
    }

    /// <summary>A line, or the object in it, that cannot be decoded (W11).</summary>
    public sealed record Broken(Undecodable Object) : WatchLine<T>;

    /// <summary>Decodes a line in one pass over its bytes (H3). Never throws for its content.</summary>
    public static WatchLine<T> Decode(ReadOnlySpan<byte> line, JsonTypeInfo<T> objectType)
    {
        ReadOnlySpan<byte> body = default;
        try
        {
            var type = WatchEnvelope.Open(line, out body);
            return type switch
            {
                WatchLineType.Applied => new Applied(Object(body, objectType)),
                WatchLineType.Deleted => new Deleted(Object(body, objectType)),
                WatchLineType.Bookmark => BookmarkOf(Object(body, ApiJson.PartialObject).Metadata),
                WatchLineType.Error => new Failed(Object(body, ApiJson.Status)),
                _ => new Broken(Undecodable.Describe(body, "The line has no known \"type\".")),
            };
        }
        catch (JsonException exception)
        {
            return new Broken(Undecodable.Describe(body, exception.Message));
        }
    }

    private static TObject Object<TObject>(ReadOnlySpan<byte> body, JsonTypeInfo<TObject> type) =>
        JsonSerializer.Deserialize(body, type) ?? throw new JsonException("The event's object is null.");

    private static Bookmark BookmarkOf(ObjectMeta meta) => new(
        meta.ResourceVersion,
        meta.Annotations.TryGetValue("k8s.io/initial-events-end", out var end) && end == "true");
}
