using System.Text.RegularExpressions;

namespace Reconciler.HouseRules;

/// <summary>What one file names of other namespaces: by <c>using</c> in each of its forms and by qualified names. A
/// text scan: comments and string literals do not count.</summary>
internal sealed partial class Imports
{
    private readonly List<string> _usings;

    private readonly string _code;

    public Imports(IEnumerable<string> lines)
    {
        var bare = lines.Select(Bare).Where(static line => !NamespaceLine().IsMatch(line)).ToList();
        _usings =
        [
            .. bare.Select(static line => UsingLine().Match(line)).Where(static match => match.Success)
                .Select(static match => match.Groups[1].Value),
        ];
        _code = string.Join('\n', bare.Where(static line => !UsingLine().IsMatch(line)));
    }

    /// <summary>True when the namespace, or anything in it, is named.</summary>
    public bool Name(string wanted) =>
        _usings.Any(name => name == wanted || name.StartsWith(wanted + '.', StringComparison.Ordinal))
        || Regex.IsMatch(_code, $@"(?<![\w.]){Qualified(wanted)}\.[A-Z]");

    /// <summary>True when one of the types is named by the last part of its namespace, as inside the same project.
    /// </summary>
    public bool NameShort(string folder, IReadOnlySet<string> types) =>
        Regex.Matches(_code, $@"(?<![\w.]){folder}\.(\w+)").Any(match => types.Contains(match.Groups[1].Value));

    /// <summary>Inside <c>namespace Reconciler.*</c> the first word may be left out; a single word that is left could
    /// be the name of anything.</summary>
    private static string Qualified(string wanted) =>
        wanted.StartsWith("Reconciler.", StringComparison.Ordinal) && wanted.Count(static letter => letter == '.') > 1
            ? $@"(?:Reconciler\.)?{Regex.Escape(wanted["Reconciler.".Length..])}"
            : Regex.Escape(wanted);

    private static string Bare(string line) => Literal().Replace(line, "\"\"").Split("//")[0];

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?([A-Za-z_][\w.]*)\s*[;<]")]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^\s*namespace\s")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"""(?:\\.|[^""\\])*""")]
    private static partial Regex Literal();
}
