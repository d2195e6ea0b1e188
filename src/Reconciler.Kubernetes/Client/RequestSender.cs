using System.Net;
using System.Net.Http.Headers;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>One request on the wire: address, headers, credentials, and what each failure means.</summary>
internal sealed class RequestSender(
    HttpMessageInvoker http, Uri server, IApiCredential credential, KubernetesClientOptions options, TimeProvider time)
{
    private const int ErrorBytesMax = 256 * 1024;

    private readonly Uri _root = server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");

    /// <summary>Returns at the response headers. A 401 is answered once with reloaded credentials (H2): the request
    /// was refused before it reached anything that could carry it out.</summary>
    public async Task<HttpResponseMessage> SendAuthorizedAsync(HttpRequestMessage request, Deadline deadline)
    {
        Complete(request);
        var sent = await AuthorizeAsync(request, forceReload: false, deadline.Token);
        var response = await SendAsync(request, deadline);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        string? reloaded;
        try
        {
            reloaded = await AuthorizeAsync(request, forceReload: true, deadline.Token);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (reloaded is null || reloaded == sent)
        {
            return response;
        }

        response.Dispose();
        return await SendAsync(request, deadline);
    }

    public async Task ThrowUnlessSuccessAsync(
        HttpRequestMessage request, HttpResponseMessage response, Deadline deadline)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        using var body = await ReadBodyAsync(request, response, ErrorBytesMax, deadline);
        throw KubernetesApiException.FromResponse(
            (int)response.StatusCode,
            response.ReasonPhrase,
            body.Written,
            RetryAfterOf(response),
            RequestName.Of(request));
    }

    /// <summary>Reads the body into a pooled buffer of at most <paramref name="bytesMax"/>.</summary>
    public async Task<BodyBuffer> ReadBodyAsync(
        HttpRequestMessage request, HttpResponseMessage response, int bytesMax, Deadline deadline)
    {
        var body = new BodyBuffer(bytesMax, response.Content.Headers.ContentLength);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            while (await stream.ReadAsync(body.Space(), deadline.Token) is var read and > 0)
            {
                body.Advance(read);
            }

            return body;
        }
        catch (Exception exception)
        {
            body.Dispose();
            deadline.ThrowIfCallerCancelled();
            throw exception is BodyTooLongException
                ? TransportFaults.TooLong(RequestName.Of(request), bytesMax)
                : TransportFaults.Translate(RequestName.Of(request), server, exception, deadline, isAnswering: true);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Deadline deadline)
    {
        try
        {
            return await http.SendAsync(request, deadline.Token);
        }
        catch (Exception exception)
        {
            deadline.ThrowIfCallerCancelled();
            throw TransportFaults.Translate(RequestName.Of(request), server, exception, deadline, isAnswering: false);
        }
    }

    private void Complete(HttpRequestMessage request)
    {
        if (request.RequestUri is not { IsAbsoluteUri: false } relative)
        {
            return;
        }

        request.RequestUri = new Uri(_root, WithFieldManager(request.Method, relative.OriginalString));
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
    }

    private string WithFieldManager(HttpMethod method, string address)
    {
        var takesOwnership = method == HttpMethod.Post || method == HttpMethod.Put || method == HttpMethod.Patch;
        if (!takesOwnership || address.Contains("fieldManager=", StringComparison.Ordinal))
        {
            return address;
        }

        var separator = address.Contains('?') ? '&' : '?';
        return $"{address}{separator}fieldManager={Uri.EscapeDataString(options.FieldManager)}";
    }

    private async ValueTask<string?> AuthorizeAsync(
        HttpRequestMessage request, bool forceReload, CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(forceReload, cancellationToken);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return token;
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
