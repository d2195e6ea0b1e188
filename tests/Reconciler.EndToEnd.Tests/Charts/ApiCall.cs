using Microsoft.AspNetCore.WebUtilities;

namespace Reconciler.EndToEnd.Tests.Charts;

/// <summary>A request to an API server, in the words of RBAC. Null as namespace: in all of them, or in none.</summary>
internal sealed record ApiCall(string Group, string Resource, string Verb, string? Namespace, string? Name)
{
    public static ApiCall Parse(string method, string path, string query)
    {
        var parts = path.Trim('/').Split('/');
        var group = parts[0] == "api" ? "" : parts[1];
        var rest = parts.Skip(parts[0] == "api" ? 2 : 3).ToList();
        string? inNamespace = null;
        if (rest is ["namespaces", var named, ..])
        {
            // A namespace is looked at as if it lay in itself: so a Role there can grant it.
            inNamespace = named;
            rest = rest.Count > 2 ? [.. rest.Skip(2)] : rest;
        }

        var resource = rest.Count > 2 ? $"{rest[0]}/{rest[2]}" : rest[0];
        var parameters = QueryHelpers.ParseQuery(query);
        var name = rest.Count > 1 ? rest[1] : NameSelectedBy(parameters.GetValueOrDefault("fieldSelector").ToString());
        return new(
            group, resource, VerbOf(method, rest.Count > 1, parameters.GetValueOrDefault("watch") == "true"),
            inNamespace, name);
    }

    public override string ToString() =>
        $"{Verb} {Resource}{(Group.Length > 0 ? "." : "")}{Group} {Namespace ?? "*"}/{Name ?? "*"}";

    private static string? NameSelectedBy(string fieldSelector)
    {
        const string Prefix = "metadata.name=";
        return fieldSelector.StartsWith(Prefix, StringComparison.Ordinal) ? fieldSelector[Prefix.Length..] : null;
    }

    private static string VerbOf(string method, bool isNamed, bool isWatch) => (method, isNamed) switch
    {
        ("GET", true) => "get",
        ("GET", false) => isWatch ? "watch" : "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "delete",
        ("DELETE", false) => "deletecollection",
        _ => method,
    };
}
