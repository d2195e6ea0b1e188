using System.Text;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>A Secret with its values, for as long as a credential is made from it. Never prints itself.</summary>
internal sealed class SecretResource : IKubernetesResource
{
    public ObjectMeta Metadata { get; set; } = ObjectMeta.Empty;

    /// <summary>What Kubernetes or a person says it is for; null in manifests that leave it out.</summary>
    public string? Type { get; set; }

    /// <summary>Made by Kubernetes to speak to its own API server: never a credential for a remote.</summary>
    public bool IsOfCluster => Type is "kubernetes.io/service-account-token" or "bootstrap.kubernetes.io/token";

    /// <summary>Base64 values, as stored.</summary>
    public Dictionary<string, string>? Data { get; set; }

    /// <summary>Plain values, as written in manifests; they win over <see cref="Data"/>.</summary>
    public Dictionary<string, string>? StringData { get; set; }

    /// <summary>The value without surrounding white space, such as an editor's last newline; null if absent or empty.
    /// </summary>
    /// <exception cref="FormatException">The value in data is not base64.</exception>
    public string? Find(string key)
    {
        var text = StringData?.GetValueOrDefault(key)
            ?? (Data?.GetValueOrDefault(key) is { } encoded ? Decode(key, encoded) : null);
        return text?.Trim() is { Length: > 0 } value ? value : null;
    }

    public override string ToString() => "(redacted)";

    private static string Decode(string key, string encoded)
    {
        // Not Convert.FromBase64String: an exception of the framework might quote the text.
        var buffer = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new FormatException($"data.{key} is not base64: encode it, or write it under stringData");
    }
}
