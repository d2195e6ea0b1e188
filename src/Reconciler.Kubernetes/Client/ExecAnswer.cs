using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Client;

/// <summary>What a credential plugin prints (client.authentication.k8s.io).</summary>
internal sealed record ExecAnswer
{
    [JsonPropertyName("apiVersion")]
    public string? ApiVersion { get; init; }

    [JsonPropertyName("status")]
    public ExecAnswerStatus? Status { get; init; }
}

/// <summary>A token, or a client certificate with its key, or both.</summary>
internal sealed record ExecAnswerStatus
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("expirationTimestamp")]
    public DateTimeOffset? ExpirationTimestamp { get; init; }

    [JsonPropertyName("clientCertificateData")]
    public string? ClientCertificateData { get; init; }

    [JsonPropertyName("clientKeyData")]
    public string? ClientKeyData { get; init; }

    public override string ToString() => "(redacted)";
}

[JsonSerializable(typeof(ExecAnswer))]
internal sealed partial class ExecJson : JsonSerializerContext;
