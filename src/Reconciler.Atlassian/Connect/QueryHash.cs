using System.Security.Cryptography;
using System.Text;

namespace Reconciler.Atlassian.Connect;

/// <summary>
/// The <c>qsh</c> claim: SHA-256 of <c>METHOD&amp;path&amp;query</c> in canonical form (reference.md §8.2). Names and
/// values are sorted by their encoded form (X14).
/// </summary>
internal static class QueryHash
{
    /// <param name="path">Below the base path of the installed baseUrl; see <see cref="BelowBase"/>.</param>
    /// <param name="query">As sent, with or without a leading question mark.</param>
    public static string Compute(string method, string path, string query) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(method, path, query))));

    public static string Canonical(string method, string path, string query) =>
        $"{method.ToUpperInvariant()}&{CanonicalPath(path)}&{CanonicalQuery(query)}";

    /// <summary>Takes <c>/wiki</c> off <c>/wiki/rest</c>, but not off <c>/wikix</c>.</summary>
    public static string BelowBase(string path, string basePath)
    {
        var trimmed = basePath.TrimEnd('/');
        return path.StartsWith(trimmed + "/", StringComparison.Ordinal)
            || string.Equals(path, trimmed, StringComparison.Ordinal)
            ? path[trimmed.Length..]
            : path;
    }

    private static string CanonicalPath(string path)
    {
        var rooted = path.StartsWith('/') ? path : "/" + path;
        var cut = rooted.Length > 1 && rooted.EndsWith('/') ? rooted[..^1] : rooted;
        return cut.Replace("&", "%26", StringComparison.Ordinal);
    }

    private static string CanonicalQuery(string query)
    {
        var groups = query.TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => (Name: Decode(pair[0]), Value: pair.Length == 2 ? Decode(pair[1]) : ""))
            .Where(pair => pair.Name != "jwt")
            .GroupBy(pair => Uri.EscapeDataString(pair.Name), pair => Uri.EscapeDataString(pair.Value))
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        return string.Join('&', groups.Select(group =>
            $"{group.Key}={string.Join(',', group.Order(StringComparer.Ordinal))}"));
    }

    private static string Decode(string text) =>
        Uri.UnescapeDataString(text.Replace('+', ' '));
}
