using System.Text.RegularExpressions;

namespace Reconciler.Emulator.Hosting;

/// <summary>Keeps credentials out of the request log.</summary>
internal static partial class LogText
{
    /// <summary>Connect accepts its token in the query as well (reference §8.1).</summary>
    public static string Query(string query) => JwtParameter().Replace(query, "${name}(redacted)");

    [GeneratedRegex("(?<name>(^|&)jwt=)[^&]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 250)]
    private static partial Regex JwtParameter();
}
