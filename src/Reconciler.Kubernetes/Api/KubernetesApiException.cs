using System.Text.Json;

namespace Reconciler.Kubernetes.Api;

/// <summary>
/// The API server answered and refused: by an HTTP status, or inside a watch by an ERROR event. The request was not
/// carried out, except where a 5xx says nothing about it (<see cref="IsOutcomeUnknown"/>).
/// </summary>
public sealed class KubernetesApiException : Exception
{
    private const int MessageBytesMax = 2048;

    public KubernetesApiException(ApiStatus status, TimeSpan? retryAfter = null, string? request = null)
        : base(Describe(status, request))
    {
        Status = status;
        RetryAfter = retryAfter ?? Seconds(status.Details?.RetryAfterSeconds);
    }

    /// <summary>The Status object; made up from the HTTP status if the body was none.</summary>
    public ApiStatus Status { get; }

    public int StatusCode => Status.Code;

    public string Reason => Status.Reason ?? "";

    /// <summary>How long the server asks us to wait; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; }

    public bool IsUnauthorized => StatusCode == 401;

    public bool IsForbidden => StatusCode == 403;

    public bool IsNotFound => StatusCode == 404;

    /// <summary>409 because the resourceVersion or a precondition is stale; not "already exists".</summary>
    public bool IsConflict => StatusCode == 409 && !IsAlreadyExists;

    public bool IsAlreadyExists => StatusCode == 409 && Reason == "AlreadyExists";

    /// <summary>The resourceVersion or continue token is too old: list again. By code or by either of the reasons
    /// that servers have used for it (W7).</summary>
    public bool IsGone => StatusCode == 410 || Reason is "Gone" or "Expired";

    /// <summary>Schema or admission said no, or a JSON patch's <c>test</c> did not hold.</summary>
    public bool IsInvalid => StatusCode == 422;

    /// <summary>504 for a resourceVersion that this server has not seen yet (W7).</summary>
    public bool IsTooLargeResourceVersion =>
        StatusCode == 504
        && (Status.Message?.Contains("Too large resource version", StringComparison.Ordinal) ?? false);

    /// <summary>A 5xx to a write may have come after the effect. Read before writing again.</summary>
    public bool IsOutcomeUnknown => StatusCode >= 500 && !IsTooLargeResourceVersion;

    /// <summary>From an HTTP answer. A body that is not a Status is quoted, bounded, instead.</summary>
    public static KubernetesApiException FromResponse(
        int statusCode, string? reasonPhrase, ReadOnlySpan<byte> body, TimeSpan? retryAfter, string request) =>
        new(StatusOf(statusCode, reasonPhrase, body), retryAfter, request);

    private static ApiStatus StatusOf(int statusCode, string? reasonPhrase, ReadOnlySpan<byte> body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, ApiJson.Status);
            if (status is { Message: not null } or { Reason: not null })
            {
                return status with { Code = statusCode };
            }
        }
        catch (JsonException)
        {
            // Proxies and authenticators answer in plain text or HTML.
        }

        var quote = PlainText.Quote(body, MessageBytesMax);
        return new ApiStatus { Code = statusCode, Message = quote.Length > 0 ? quote : reasonPhrase };
    }

    private static string Describe(ApiStatus status, string? request)
    {
        var reason = string.IsNullOrEmpty(status.Reason) ? "" : $" {status.Reason}";
        return $"{request ?? "watch"}: {status.Code}{reason}: {status.Message}";
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is > 0 ? TimeSpan.FromSeconds(seconds.Value) : null;
}
