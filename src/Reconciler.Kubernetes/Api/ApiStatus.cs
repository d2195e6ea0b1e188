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

/// <summary>What the status is about, and each single cause of an Invalid one.</summary>
public sealed record ApiStatusDetails
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    [JsonPropertyName("retryAfterSeconds")]
    public int? RetryAfterSeconds { get; init; }

    [JsonPropertyName("causes")]
    public IReadOnlyList<ApiStatusCause>? Causes { get; init; }
}

/// <summary>One cause, with the field it concerns where there is one.</summary>
public sealed record ApiStatusCause
{
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("field")]
    public string? Field { get; init; }
}
