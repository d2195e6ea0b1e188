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

/// <summary>Takes a ledger write whose answer was lost for written if sequence, epoch and writer in the store are its
/// own, whatever else the version says (seed 55).</summary>
internal sealed class ReadBackByNameHandler : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method != HttpMethod.Put
            || !request.RequestUri!.AbsolutePath.Contains("/moduleledgers/", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        var sent = JsonNode.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken))!;
        var answer = await base.SendAsync(request, cancellationToken);
        if ((int)answer.StatusCode < 500)
        {
            return answer;
        }

        var question = new HttpRequestMessage(HttpMethod.Get, request.RequestUri);
        var found = await base.SendAsync(question, cancellationToken);
        if (!found.IsSuccessStatusCode
            || JsonNode.Parse(await found.Content.ReadAsByteArrayAsync(cancellationToken)) is not { } stored
            || !((string[])["seq", "epoch", "writer"]).All(field =>
                JsonNode.DeepEquals(stored["spec"]![field], sent["spec"]![field])))
        {
            return answer;
        }

        sent["metadata"]!["resourceVersion"] = stored["metadata"]!["resourceVersion"]!.DeepClone();
        return new HttpResponseMessage(System.Net.HttpStatusCode.OK)
        {
            Content = new StringContent(sent.ToJsonString(), Encoding.UTF8, "application/json"),
            RequestMessage = request,
        };
    }
}
