namespace Reconciler.Operator.Migration;

/// <summary>The documents of a YAML file as lines, with the separators between them.</summary>
internal sealed class YamlDocuments
{
    private readonly List<YamlDocumentLines> _documents = [];

    public static YamlDocuments Split(string text)
    {
        var file = new YamlDocuments();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var current = new List<string>();
        string? separator = null;
        var first = 1;
        for (var i = 0; i < lines.Length; i++)
        {
            if (IsSeparator(lines[i]))
            {
                file._documents.Add(new YamlDocumentLines(separator, first) { Lines = [.. current] });
                current.Clear();
                (separator, first) = (lines[i], i + 2);
            }
            else
            {
                current.Add(lines[i]);
            }
        }

        file._documents.Add(new YamlDocumentLines(separator, first) { Lines = [.. current] });
        return file;
    }

    /// <param name="line">Counted from 1 in the file.</param>
    public YamlDocumentLines? Holding(long line) =>
        _documents.LastOrDefault(document => document.First <= line);

    public override string ToString() => string.Join('\n', _documents.SelectMany(document =>
        document.Separator is { } separator ? document.Lines.Prepend(separator) : document.Lines));

    /// <summary>At the start of a line it ends even a block scalar.</summary>
    private static bool IsSeparator(string line) => line.TrimEnd() == "---";
}

/// <summary>One document. Its lines may be replaced.</summary>
/// <param name="separator">The line before it; null before the first.</param>
internal sealed class YamlDocumentLines(string? separator, int first)
{
    public string? Separator => separator;

    /// <summary>Number of its first line in the file as it was read, from 1.</summary>
    public int First => first;

    public required string[] Lines { get; set; }
}
