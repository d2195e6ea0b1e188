using System.Net.Http.Headers;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// Builds requests and sends nothing. Addresses are relative; the client resolves them against its server and adds
/// credentials, User-Agent and the default field manager.
/// </summary>
public static class ApiRequests
{
    public static HttpRequestMessage Get(ResourceType type, ObjectKey key, bool metadataOnly = false) =>
        Read(new QueryString(type.ObjectPath(key)), metadataOnly ? ContentTypes.PartialObject : ContentTypes.Json);

    /// <summary>One page of the collection, in one namespace or (null) in all.</summary>
    public static HttpRequestMessage List(
        ResourceType type, string? inNamespace, ListQuery query, bool metadataOnly = false)
    {
        var first = string.IsNullOrEmpty(query.Continue);
        var address = new QueryString(type.CollectionPath(inNamespace))
            .With("limit", query.Limit?.ToString())
            .With("continue", first ? null : query.Continue)
            .With("resourceVersion", first ? query.ResourceVersion : null)
            .With("resourceVersionMatch", first ? query.ResourceVersionMatch : null)
            .With("fieldSelector", query.FieldSelector)
            .With("labelSelector", query.LabelSelector);
        return Read(address, metadataOnly ? ContentTypes.PartialObjectList : ContentTypes.Json);
    }

    /// <summary>A stream of events; to be opened, not sent.</summary>
    public static HttpRequestMessage Watch(
        ResourceType type, string? inNamespace, WatchQuery query, bool metadataOnly = false)
    {
        // The server refuses sendInitialEvents without resourceVersionMatch=NotOlderThan.
        var address = new QueryString(type.CollectionPath(inNamespace))
            .With("watch", "true")
            .With("allowWatchBookmarks", query.AllowBookmarks)
            .With("sendInitialEvents", query.SendInitialEvents)
            .With("resourceVersionMatch", query.SendInitialEvents ? "NotOlderThan" : null)
            .With("resourceVersion", string.IsNullOrEmpty(query.ResourceVersion) ? null : query.ResourceVersion)
            .With("timeoutSeconds", query.Timeout is { } timeout ? $"{(long)timeout.TotalSeconds}" : null)
            .With("fieldSelector", query.FieldSelector)
            .With("labelSelector", query.LabelSelector);
        return Read(address, metadataOnly ? ContentTypes.PartialObject : ContentTypes.Json);
    }

    /// <param name="metadataOnly">The answer is the metadata alone: for a writer that knows what it has sent.</param>
    public static HttpRequestMessage Create(
        ResourceType type, string? inNamespace, ReadOnlyMemory<byte> json, bool metadataOnly = false) =>
        Write(
            HttpMethod.Post, new QueryString(type.CollectionPath(inNamespace)), json, ContentTypes.Json, metadataOnly);

    /// <summary>Replaces the object; the resourceVersion in the body makes it a compare-and-swap.</summary>
    /// <param name="metadataOnly">As in <see cref="Create"/>.</param>
    public static HttpRequestMessage Replace(
        ResourceType type, ObjectKey key, ReadOnlyMemory<byte> json, string? subresource = null,
        bool metadataOnly = false) =>
        Write(
            HttpMethod.Put, new QueryString(type.ObjectPath(key, subresource)), json, ContentTypes.Json, metadataOnly);

    /// <summary>Always carries a body: the transport may resend a body-less request that met a stale connection
    /// (H11).</summary>
    public static HttpRequestMessage Delete(
        ResourceType type, ObjectKey key, DeletePreconditions? preconditions = null) =>
        Write(
            HttpMethod.Delete,
            new QueryString(type.ObjectPath(key)),
            (preconditions ?? DeletePreconditions.None).ToJson(),
            ContentTypes.Json);

    public static HttpRequestMessage Patch(
        ResourceType type, ObjectKey key, JsonPatch patch, string? subresource = null) =>
        Write(
            HttpMethod.Patch,
            new QueryString(type.ObjectPath(key, subresource)),
            patch.ToJson(),
            ContentTypes.JsonPatch);

    public static HttpRequestMessage MergePatch(
        ResourceType type, ObjectKey key, ReadOnlyMemory<byte> json, string? subresource = null) =>
        Write(HttpMethod.Patch, new QueryString(type.ObjectPath(key, subresource)), json, ContentTypes.MergePatch);

    /// <summary>Server-side apply. <paramref name="force"/> takes fields over from other managers instead of a 409.
    /// </summary>
    public static HttpRequestMessage Apply(
        ResourceType type,
        ObjectKey key,
        ReadOnlyMemory<byte> json,
        string fieldManager,
        bool force = false,
        string? subresource = null)
    {
        var address = new QueryString(type.ObjectPath(key, subresource))
            .With("fieldManager", fieldManager)
            .With("force", force);
        return Write(HttpMethod.Patch, address, json, ContentTypes.ApplyPatch);
    }

    private static HttpRequestMessage Read(QueryString address, string accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address.ToUri());
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return request;
    }

    private static HttpRequestMessage Write(
        HttpMethod method, QueryString address, ReadOnlyMemory<byte> json, string contentType,
        bool metadataOnly = false)
    {
        var request = new HttpRequestMessage(method, address.ToUri()) { Content = new ReadOnlyMemoryContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.TryAddWithoutValidation(
            "Accept", metadataOnly ? ContentTypes.PartialObject : ContentTypes.Json);
        return request;
    }
}
