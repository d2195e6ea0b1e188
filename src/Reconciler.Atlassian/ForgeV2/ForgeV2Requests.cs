using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV2;

/// <summary>
/// The five requests of the Forge Dynamic Modules API v2 (reference.md §2.2). A key never stands in a body: the server
/// makes it (X3), and on PUT the path is authoritative (X2).
/// </summary>
internal sealed class ForgeV2Requests(bool trailingSlash)
{
    private const string Collection = "/forge/installation/v2/dynamic/module";
    private const string Item = Collection + "/{key}";

    // X5: prose has no slash, the samples, which run, have one.
    private readonly string _collectionPath = trailingSlash ? Collection + "/" : Collection;

    public RemoteRequest List(string? token, int? limit) =>
        new(HttpMethod.Get, Collection, PageQuery.Append(_collectionPath, token, limit), default);

    public RemoteRequest Get(string key) => new(HttpMethod.Get, Item, ItemPath(key), default);

    public RemoteRequest Create(string attemptId, ModuleContent content) =>
        new(HttpMethod.Post, Collection, _collectionPath, ForgeV2Wire.Write(content)) { AttemptId = attemptId };

    public RemoteRequest Update(string key, ModuleContent content) =>
        new(HttpMethod.Put, Item, ItemPath(key), ForgeV2Wire.Write(content));

    public RemoteRequest Delete(string key) => new(HttpMethod.Delete, Item, ItemPath(key), default);

    // Items are never printed with a slash at the end.
    private static string ItemPath(string key) => $"{Collection}/{ItemKey.Encode(key)}";
}
