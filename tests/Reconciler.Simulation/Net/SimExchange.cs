using System.Net;
using System.Text;
using Reconciler.Simulation.Remote;

namespace Reconciler.Simulation.Net;

/// <summary>A request as it reaches a simulated server.</summary>
internal sealed record SimRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, byte[] Body,
    IReadOnlyDictionary<string, string> Headers, string Process)
{
    /// <summary>False when a fault of the wire keeps the answer from the sender.</summary>
    public bool IsAnswered { get; init; } = true;

    /// <summary>When its sender let go of it; a late one arrives long after.</summary>
    public TimeSpan SentAt { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string? Parameter(string name) => Query.GetValueOrDefault(name);

    /// <summary>The values of a repeated parameter, none of them empty.</summary>
    public IReadOnlyList<string> Parameters(string name) => RawQuery.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static part => part.Split('=', 2))
        .Where(pair => Uri.UnescapeDataString(pair[0]) == name && pair is [_, { Length: > 0 }])
        .Select(static pair => Uri.UnescapeDataString(pair[1])).ToList();

    /// <summary>The query as sent.</summary>
    public string RawQuery { get; init; } = "";

    /// <summary>What its sender says it is sent for: an attempt, or one for each module of a create of several.
    /// </summary>
    public IReadOnlyList<string> Attempts =>
        Header("x-reconciler-attempt")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public override string ToString() => $"{Method} {Path}{(Method == "DELETE" ? RawQuery : "")}";
}

/// <summary>A server's answer: a whole body, or a stream that stays open.</summary>
internal sealed record SimResponse(HttpStatusCode Status, byte[] Body)
{
    public SimStream? Stream { get; init; }

    /// <summary>Of the simulated remote: why it refused a write, for the checkers.</summary>
    public SimRefusal Refusal { get; init; }

    /// <summary>Called when the answer arrives and its sender still waits for it.</summary>
    public Action? Heard { get; set; }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public static SimResponse Json(int status, string body) =>
        new((HttpStatusCode)status, Encoding.UTF8.GetBytes(body));

    public HttpResponseMessage ToMessage(HttpRequestMessage request)
    {
        HttpContent content = Stream is null ? new ByteArrayContent(Body) : new StreamContent(Stream);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var message = new HttpResponseMessage(Status)
        {
            Content = content, RequestMessage = request, Version = HttpVersion.Version20,
        };
        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }
}
