using System.Globalization;

namespace Reconciler.Atlassian.Forge;

/// <summary>The query of a list page (reference.md §2.5); the token is opaque and encoded.</summary>
internal static class PageQuery
{
    public static string Append(string path, string? token, int? limit) => (token, limit) switch
    {
        (null, null) => path,
        (null, { } count) => $"{path}?limit={Text(count)}",
        ({ } next, null) => $"{path}?nextPageToken={Uri.EscapeDataString(next)}",
        ({ } next, { } count) => $"{path}?limit={Text(count)}&nextPageToken={Uri.EscapeDataString(next)}",
    };

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
