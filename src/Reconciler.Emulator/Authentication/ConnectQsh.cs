using System.Security.Cryptography;
using System.Text;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Authentication;

/// <summary>
/// The query string hash of reference §8.2. The two published algorithms sort differently (X14): one the encoded
/// names and values, the other the raw ones; a verifier accepts both.
/// </summary>
internal static class ConnectQsh
{
    /// <summary>The distinct hashes a correct client may have sent.</summary>
    public static IReadOnlyList<string> Hashes(string verb, string path, string contextPath, string query) =>
        [.. new[] { true, false }
            .Select(encoded => Hash(Canonical(verb, path, contextPath, query, encoded)))
            .Distinct(StringComparer.Ordinal)];

    /// <param name="verb">Any case.</param>
    /// <param name="path">As sent.</param>
    /// <param name="contextPath">The path of the installed base URL, e.g. <c>/wiki</c>, or empty.</param>
    /// <param name="query">As sent, without question mark.</param>
    /// <param name="sortEncoded">Sort after encoding, or before.</param>
    public static string Canonical(string verb, string path, string contextPath, string query, bool sortEncoded) =>
        $"{verb.ToUpperInvariant()}&{CanonicalPath(path, contextPath)}&{CanonicalQuery(query, sortEncoded)}";

    public static string Hash(string canonical) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));

    private static string CanonicalPath(string path, string contextPath)
    {
        bool below = path == contextPath || path.StartsWith(contextPath + "/", StringComparison.Ordinal);
        string rest = contextPath.Length > 0 && below ? path[contextPath.Length..] : path;
        rest = rest.StartsWith('/') ? rest : "/" + rest;
        rest = rest.Length > 1 && rest.EndsWith('/') ? rest[..^1] : rest;
        return rest.Replace("&", "%26", StringComparison.Ordinal);
    }

    private static string CanonicalQuery(string query, bool sortEncoded)
    {
        Func<string, string> sortKey = sortEncoded ? Uri.EscapeDataString : raw => raw;
        return string.Join('&', QueryString.Parse(query)
            .Where(pair => pair.Key != "jwt")
            .GroupBy(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)
            .OrderBy(group => sortKey(group.Key), StringComparer.Ordinal)
            .Select(group => Uri.EscapeDataString(group.Key) + "=" + string.Join(',', group
                .OrderBy(sortKey, StringComparer.Ordinal)
                .Select(Uri.EscapeDataString))));
    }
}
