using System.Text.RegularExpressions;

namespace Reconciler.Emulator.Endpoints;

/// <summary>
/// Finds the collection or the item behind a raw path: with or without trailing slash (X5), with or without the
/// prefix of <c>app.apiBaseUrl</c> (X6).
/// </summary>
internal static partial class ForgePath
{
    /// <summary>False when the path is another API's. A null key is the collection.</summary>
    public static bool TryMatch(string path, string collection, out string? key)
    {
        key = null;
        string bare = SitePrefix().Replace(path, "", 1);
        if (!bare.StartsWith(collection, StringComparison.Ordinal))
        {
            return false;
        }

        string rest = bare[collection.Length..];
        if (rest is "" or "/")
        {
            return true;
        }

        string segment = rest.TrimEnd('/');
        if (rest[0] != '/' || segment.Length < 2 || segment.IndexOf('/', 1) >= 0)
        {
            return false;
        }

        key = Uri.UnescapeDataString(segment[1..]);
        return true;
    }

    [GeneratedRegex("^/ex/(jira|confluence)/[^/]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 250)]
    private static partial Regex SitePrefix();
}
