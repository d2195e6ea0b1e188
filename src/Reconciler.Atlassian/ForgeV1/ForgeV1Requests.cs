using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV1;

/// <summary>The Forge Dynamic Modules API v1 (EAP): the client chooses the key, PUT goes to the item
/// (reference.md §3).</summary>
internal sealed class ForgeV1Requests(bool trailingSlash) : IKeyedRequests
{
    private const string Collection = "/forge/installation/v1/dynamic/module";
    private const string Item = Collection + "/{key}";

    private readonly string _collectionPath = trailingSlash ? Collection + "/" : Collection;

    public int[] CreateSuccesses => [201];

    public RemoteRequest List(string? token, int? limit) =>
        new(HttpMethod.Get, Collection, PageQuery.Append(_collectionPath, token, limit), default);

    public RemoteRequest Get(string key) => new(HttpMethod.Get, Item, ItemPath(key), default);

    public RemoteRequest Create(string attemptId, string key, ModuleContent content) =>
        new(HttpMethod.Post, Collection, _collectionPath, ForgeV1Wire.Write(key, content)) { AttemptId = attemptId };

    public RemoteRequest Update(string key, ModuleContent content) =>
        new(HttpMethod.Put, Item, ItemPath(key), ForgeV1Wire.Write(key, content));

    public RemoteRequest Delete(string key) => new(HttpMethod.Delete, Item, ItemPath(key), default);

    private static string ItemPath(string key) => $"{Collection}/{ItemKey.Encode(key)}";
}
