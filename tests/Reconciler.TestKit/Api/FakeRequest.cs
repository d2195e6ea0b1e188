using System.Text;

namespace Reconciler.TestKit.Api;

/// <summary>A request as it arrived. The path is without leading slash, the query decoded.</summary>
public sealed record FakeRequest(
    int Number,
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Query,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body)
{
    public bool IsWatch => Query.TryGetValue("watch", out var watch) && watch is "true" or "1";

    public bool IsList => Method == "GET" && !IsWatch && ResourcePath.Parse(Path) is { Name: null };

    public bool IsWrite => Method is "POST" or "PUT" or "PATCH" or "DELETE";

    public string Text => Encoding.UTF8.GetString(Body);

    public string? QueryValue(string name) => Query.GetValueOrDefault(name);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public override string ToString() =>
        $"#{Number} {Method} /{Path}?{string.Join('&', Query.Select(pair => $"{pair.Key}={pair.Value}"))}";
}
