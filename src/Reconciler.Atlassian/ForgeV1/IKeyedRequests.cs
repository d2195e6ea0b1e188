using Reconciler.Atlassian.Http;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV1;

/// <summary>The five requests of the v1 API: directly, and through the Forge Containers proxy (X4).</summary>
internal interface IKeyedRequests
{
    /// <summary>Statuses that mean "registered".</summary>
    int[] CreateSuccesses { get; }

    RemoteRequest List(string? token, int? limit);

    RemoteRequest Get(string key);

    RemoteRequest Create(string attemptId, string key, ModuleContent content);

    RemoteRequest Update(string key, ModuleContent content);

    RemoteRequest Delete(string key);
}
