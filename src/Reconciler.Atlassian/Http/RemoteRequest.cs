using System.Net.Http.Headers;

namespace Reconciler.Atlassian.Http;

/// <summary>One request as text, before any IO: testable as strings.</summary>
/// <param name="Route">Template for metrics, without keys.</param>
/// <param name="PathAndQuery">Below the base URL, percent-encoded, starts with a slash.</param>
/// <param name="Body">UTF-8 JSON, empty when the verb has none.</param>
internal sealed record RemoteRequest(HttpMethod Method, string Route, string PathAndQuery, ReadOnlyMemory<byte> Body)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Sent as <c>X-Reconciler-Attempt</c> when not null.</summary>
    public string? AttemptId { get; init; }

    public override string ToString() => $"{Method} {Route}";

    /// <param name="baseUrl">Its path, if any, goes in front: <c>/ex/jira/{cloudId}</c> (X6),
    /// <c>/wiki</c> (X11).</param>
    /// <param name="content">Carries <see cref="Body"/>.</param>
    public HttpRequestMessage ToMessage(Uri baseUrl, HttpContent content, string userAgent)
    {
        var target = new Uri(baseUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + PathAndQuery);

        // The samples send a content type with every verb, GET and DELETE included (reference.md §2.2).
        content.Headers.ContentType = Json;
        var message = new HttpRequestMessage(Method, target) { Content = content };
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (AttemptId is not null)
        {
            message.Headers.TryAddWithoutValidation("X-Reconciler-Attempt", AttemptId);
        }

        return message;
    }
}
