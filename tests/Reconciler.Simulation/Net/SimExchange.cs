using System.Net;
using System.Text;

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

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>A server's answer: a whole body, or a stream that stays open.</summary>
internal sealed record SimResponse(HttpStatusCode Status, byte[] Body)
{
    public SimStream? Stream { get; init; }

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
