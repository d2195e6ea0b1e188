using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.ForgeV1;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeContainer;

/// <summary>The v1 API as the Forge Containers proxy offers it (reference.md §4): own path without a slash at the end,
/// and PUT on the collection with the key in the body (X4).</summary>
internal sealed class ForgeContainerRequests : IKeyedRequests
{
    private const string Collection = "/atlassian/forge/installation/v1/dynamic/module";
    private const string Item = Collection + "/{key}";

    /// <summary>The page with the codes is lost (reference.md §14.1): 201 as in v1, or a plain 200.</summary>
    public int[] CreateSuccesses => [200, 201];

    public RemoteRequest List(string? token, int? limit) =>
        new(HttpMethod.Get, Collection, PageQuery.Append(Collection, token, limit), default);

    public RemoteRequest Get(string key) => new(HttpMethod.Get, Item, ItemPath(key), default);

    public RemoteRequest Create(string attemptId, string key, ModuleContent content) =>
        new(HttpMethod.Post, Collection, Collection, ForgeV1Wire.Write(key, content)) { AttemptId = attemptId };

    public RemoteRequest Update(string key, ModuleContent content) =>
        new(HttpMethod.Put, Collection, Collection, ForgeV1Wire.Write(key, content));

    public RemoteRequest Delete(string key) => new(HttpMethod.Delete, Item, ItemPath(key), default);

    private static string ItemPath(string key) => $"{Collection}/{ItemKey.Encode(key)}";
}
