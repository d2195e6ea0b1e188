using System.Collections.Frozen;

namespace Reconciler.Operator.Console;

/// <summary>The files of the page, from the assembly; nothing is loaded from anywhere else.</summary>
internal static class ConsoleAssets
{
    private const string Script = "text/javascript; charset=utf-8";

    private static readonly FrozenDictionary<string, ConsoleAsset> ByPath =
        new Dictionary<string, ConsoleAsset>(StringComparer.Ordinal)
        {
            ["/"] = Load("index.html", "text/html; charset=utf-8"),
            ["/console.css"] = Load("console.css", "text/css; charset=utf-8"),
            ["/console.js"] = Load("console.js", Script),
            ["/console-dom.js"] = Load("console-dom.js", Script),
            ["/console-parts.js"] = Load("console-parts.js", Script),
            ["/console-views.js"] = Load("console-views.js", Script),
            ["/console.svg"] = Load("console.svg", "image/svg+xml"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Paths => ByPath.Keys;

    public static ConsoleAsset? Find(string path) => ByPath.GetValueOrDefault(path);

    private static ConsoleAsset Load(string name, string type)
    {
        using var stream = typeof(ConsoleAssets).Assembly.GetManifestResourceStream($"console/{name}")
            ?? throw new InvalidOperationException($"The assembly does not carry console/{name}.");
        var body = new byte[stream.Length];
        stream.ReadExactly(body);
        return new(type, body);
    }
}

/// <summary>One file of the page.</summary>
internal sealed record ConsoleAsset(string ContentType, ReadOnlyMemory<byte> Body);
