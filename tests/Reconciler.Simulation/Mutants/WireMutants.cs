using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.Simulation.Mutants;

/// <summary>A retry handler around the whole client, as resilience packages add by default: a POST is sent again.
/// </summary>
internal sealed class BlindRetryHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Post)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var first = await base.SendAsync(Copy(request, body), cancellationToken);
        return (int)first.StatusCode < 500 ? first : await base.SendAsync(Copy(request, body), cancellationToken);
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[] body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }
}

/// <summary>Takes the first page of a list for all of it.</summary>
internal sealed class FirstPageHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Get && response.IsSuccessStatusCode
            && Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)) is JsonObject page
            && page.Remove("lastEvaluatedKey"))
        {
            response.Content = new StringContent(page.ToJsonString(), Encoding.UTF8, "application/json");
        }

        return response;
    }

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}

/// <summary>Writes ledgers without the version they were read at: the last writer wins, whatever its epoch.</summary>
internal sealed class LastWriterWinsHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Put
            && request.RequestUri!.AbsolutePath.Contains("/moduleledgers/", StringComparison.Ordinal))
        {
            var type = request.Content!.Headers.ContentType;
            var body = JsonNode.Parse(await request.Content.ReadAsByteArrayAsync(cancellationToken))!;
            body["metadata"]!.AsObject().Remove("resourceVersion");
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = type;
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
