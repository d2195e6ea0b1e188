using Reconciler.Atlassian.Http;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>
/// The three requests of the Connect dynamic modules API of Jira and Confluence (reference.md §7.1). A DELETE without
/// keys would remove every module (I13), so none can be built: the first key is a parameter of its own.
/// </summary>
internal static class ConnectRequests
{
    // X11: below the installed baseUrl, which ends with /wiki for Confluence.
    public const string Collection = "/rest/atlassian-connect/1/app/module/dynamic";

    public static RemoteRequest List() => new(HttpMethod.Get, Collection, Collection, default);

    /// <summary>All of them or none (§7.4).</summary>
    public static RemoteRequest Register(string attemptId, IReadOnlyList<ObservedModule> modules) =>
        new(HttpMethod.Post, Collection, Collection, ConnectWire.Write(modules)) { AttemptId = attemptId };

    /// <summary>The parameter is repeated; joined by commas it would name one key that does not exist (§7.4).</summary>
    /// <exception cref="ArgumentException">A key is empty.</exception>
    public static RemoteRequest Remove(string key, params IEnumerable<string> more)
    {
        var pairs = more.Prepend(key).Select(one => $"moduleKey={ItemKey.Encode(one)}");
        return new RemoteRequest(HttpMethod.Delete, Collection, $"{Collection}?{string.Join('&', pairs)}", default);
    }
}
