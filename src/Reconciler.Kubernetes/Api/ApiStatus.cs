using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Api;

/// <summary>The <c>Status</c> object: the body of a refusal, and the object of a watch's ERROR event.</summary>
public sealed record ApiStatus
{
    [JsonPropertyName("code")]
    public int Code { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("details")]
    public ApiStatusDetails? Details { get; init; }
}

/// <summary>What the status is about, and how long to wait.</summary>
public sealed record ApiStatusDetails
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("retryAfterSeconds")]
    public int? RetryAfterSeconds { get; init; }
}
