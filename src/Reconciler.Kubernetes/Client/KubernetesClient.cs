using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Client;

/// <summary>
/// Sends requests to one API server. A refusal is a <see cref="KubernetesApiException"/>, a missing answer a
/// <see cref="KubernetesConnectionException"/>, a cancelled token an <see cref="OperationCanceledException"/>.
/// </summary>
/// <remarks>
/// Sent again are only: a throttled GET (429, 503), after the time the server asks for (H8); and any request once
/// after a 401, with reloaded credentials, because a 401 was not carried out (H2). A write is otherwise sent once
/// (H11).
/// </remarks>
public sealed class KubernetesClient(
    HttpMessageInvoker http,
    Uri server,
    IApiCredential credential,
    KubernetesClientOptions options,
    TimeProvider time) : IDisposable
{
    private readonly RequestSender _sender = new(http, server, credential, options, time);

    public KubernetesClientOptions Options => options;

    /// <summary>Sends and reads the whole answer.</summary>
    public Task<ApiResponse> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, static (status, body) => new ApiResponse(status, body.ToArray()), cancellationToken);

    /// <summary>Sends and decodes the answer.</summary>
    public Task<T> SendAsync<T>(
        HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(request, (_, body) => Decode(request, body, type), cancellationToken);

    /// <summary>Sends a list request and decodes its page.</summary>
    public Task<ListPage<T>> ListAsync<T>(
        HttpRequestMessage request, JsonTypeInfo<T> itemType, CancellationToken cancellationToken) =>
        SendAsync(request, (_, body) => DecodePage(request, body, itemType), cancellationToken);

    /// <summary>
    /// Opens a stream. Returns when the response headers have arrived, even if no event ever comes (W1). The caller
    /// disposes the stream.
    /// </summary>
    public async Task<ApiStream> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            using var deadline = new Deadline(options.RequestTimeout, time, cancellationToken);
            var response = await _sender.SendAuthorizedAsync(request, deadline);
            try
            {
                await _sender.ThrowUnlessSuccessAsync(request, response, deadline);
                return new ApiStream(
                    response, await response.Content.ReadAsStreamAsync(deadline.Token), options.LineBytesMax, time);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<TResult> SendAsync<TResult>(
        HttpRequestMessage request, BodyDecoder<TResult> decode, CancellationToken cancellationToken)
    {
        using (request)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await SendOnceAsync(request, decode, cancellationToken);
                }
                catch (KubernetesApiException refusal) when (MayRepeat(request, refusal, attempt))
                {
                    await Task.Delay(refusal.RetryAfter ?? options.RetryAfterDefault, time, cancellationToken);
                }
            }
        }
    }

    private async Task<TResult> SendOnceAsync<TResult>(
        HttpRequestMessage request, BodyDecoder<TResult> decode, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.RequestTimeout, time, cancellationToken);
        using var response = await _sender.SendAuthorizedAsync(request, deadline);
        await _sender.ThrowUnlessSuccessAsync(request, response, deadline);
        using var body = await _sender.ReadBodyAsync(request, response, options.BodyBytesMax, deadline);
        return decode(response.StatusCode, body.Written);
    }

    private bool MayRepeat(HttpRequestMessage request, KubernetesApiException refusal, int attempt) =>
        request.Method == HttpMethod.Get
        && refusal.StatusCode is 429 or 503
        && attempt < options.GetAttemptsMax
        && (refusal.RetryAfter ?? options.RetryAfterDefault) <= options.RetryAfterMax;

    private static T Decode<T>(HttpRequestMessage request, ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException exception)
        {
            throw NotUnderstood(request, exception);
        }
    }

    private static ListPage<T> DecodePage<T>(
        HttpRequestMessage request, ReadOnlySpan<byte> body, JsonTypeInfo<T> itemType)
    {
        try
        {
            return ListPage<T>.Decode(body, itemType);
        }
        catch (JsonException exception)
        {
            throw NotUnderstood(request, exception);
        }
    }

    private static KubernetesConnectionException NotUnderstood(HttpRequestMessage request, JsonException cause) => new(
        $"{RequestName.Of(request)}: the answer is not the JSON expected ({cause.Message}). "
        + "Check that the address is that of a Kubernetes API server and not of a proxy in front of it.",
        Delivery.Unknown,
        cause);

    private delegate TResult BodyDecoder<out TResult>(HttpStatusCode status, ReadOnlySpan<byte> body);
}
