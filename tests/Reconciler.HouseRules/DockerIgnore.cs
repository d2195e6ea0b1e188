using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>What .dockerignore keeps from the builder: the last line that names a path, or a folder above it,
/// decides.</summary>
internal sealed class DockerIgnore(string text)
{
    private readonly (Regex Path, bool Kept)[] _lines =
    [
        .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(static line => line[0] != '#')
            .Select(static line => (Pattern(line.TrimStart('!').TrimEnd('/')), line[0] == '!')),
    ];

    public bool LeavesOut(string path)
    {
        var kept = true;
        foreach (var line in _lines)
        {
            kept = line.Path.IsMatch(path) ? line.Kept : kept;
        }

        return !kept;
    }

    // One star stays within a folder, two and a slash are any folders or none.
    private static Regex Pattern(string line)
    {
        var pattern = Regex.Escape(line)
            .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return new Regex($"^{pattern}(/|$)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
    }
}
