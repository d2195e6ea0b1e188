using System.Collections.Specialized;
using System.Web;

namespace Reconciler.TestKit.InMemory;

/// <summary>A request's address, taken apart: /api/v1 or /apis/group/version, then namespace, resource, name.</summary>
public sealed record ApiRoute(
    string Resource, string Namespace, string Name, string Subresource, NameValueCollection Query)
{
    public static ApiRoute Parse(Uri address)
    {
        var parts = address.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToList();
        var group = parts[0] == "api" ? "" : parts[1];
        parts.RemoveRange(0, parts[0] == "api" ? 2 : 3);
        var space = "";
        if (parts.Count > 2 && parts[0] == "namespaces")
        {
            space = parts[1];
            parts.RemoveRange(0, 2);
        }

        string At(int index) => parts.ElementAtOrDefault(index) ?? "";
        var resource = group.Length == 0 ? At(0) : $"{At(0)}.{group}";
        return new(resource, space, At(1), At(2), HttpUtility.ParseQueryString(address.Query));
    }

    /// <summary>Whether an object of this resource belongs to the collection that was asked for.</summary>
    public bool Covers(string space, string name)
    {
        var selector = Query["fieldSelector"];
        return (Namespace.Length == 0 || Namespace == space)
            && (selector is null || selector == $"metadata.name={name}");
    }
}
