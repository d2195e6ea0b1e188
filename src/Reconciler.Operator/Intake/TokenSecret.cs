using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Intake;

/// <summary>
/// The Secret that holds one installation's token. Its type is ours, and a Secret's type cannot change: a Secret of the
/// same name that somebody else made is refused by the API server, never overwritten. What is public stands in
/// annotations, so that a watch of metadata suffices; the token is data alone.
/// </summary>
internal static class TokenSecret
{
    public const string Type = "reconciler.io/forge-token";
    public const string Label = "reconciler.io/forge-token";
    public const string Selector = Label + "=true";
    public const string InstallationAnnotation = "reconciler.io/forge-installation-id";
    public const string ExpiresAnnotation = "reconciler.io/token-expires-at";
    public const string EventAnnotation = "reconciler.io/forge-event";

    private const string NamePrefix = "forge-token-";

    public static ObjectKey KeyOf(string tokenNamespace, ForgeInstallationId installation) =>
        new(tokenNamespace, NamePrefix + installation.Uuid);

    public static ForgeInstallationId? InstallationOf(PartialObject secret) =>
        secret.Metadata.Name.StartsWith(NamePrefix, StringComparison.Ordinal)
        && secret.Metadata.Annotations.TryGetValue(InstallationAnnotation, out var text)
        && ForgeInstallationId.TryParse(text, out var id)
        && secret.Metadata.Name == NamePrefix + id.Uuid
            ? id
            : null;

    public static DateTimeOffset? ExpiryOf(ObjectMeta secret) =>
        secret.Annotations.TryGetValue(ExpiresAnnotation, out var text)
        && DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var end)
            ? end
            : null;

    /// <summary>What server-side apply is given: every field we own.</summary>
    public static ReadOnlyMemory<byte> Write(ObjectKey key, Invocation invocation, SystemToken token) =>
        Json(json =>
        {
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "Secret");
            json.WriteString("type", Type);
            json.WriteStartObject("metadata");
            json.WriteString("name", key.Name);
            json.WriteString("namespace", key.Namespace);
            json.WriteStartObject("labels");
            json.WriteString("app.kubernetes.io/managed-by", "reconciler");
            json.WriteString(Label, "true");
            json.WriteEndObject();
            json.WriteStartObject("annotations");
            json.WriteString(InstallationAnnotation, invocation.Installation.ToString());
            json.WriteString("reconciler.io/forge-app-id", invocation.AppId);
            json.WriteString("reconciler.io/forge-environment", invocation.Environment);
            json.WriteString("reconciler.io/forge-api-base-url", invocation.ApiBaseUrl);
            json.WriteString("reconciler.io/forge-cloud-ids", string.Join(',', invocation.CloudIds));
            json.WriteString(ExpiresAnnotation, Text(token.ExpiresAt));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("data");
            json.WriteBase64String("installationId", Encoding.ASCII.GetBytes(invocation.Installation.ToString()));
            json.WriteBase64String("token", Encoding.ASCII.GetBytes(token.Value));
            json.WriteEndObject();
        });

    /// <summary>A merge patch that notes a lifecycle event. The same event gives the same patch.</summary>
    public static ReadOnlyMemory<byte> WriteEvent(Invocation invocation, string lifecycleEvent) => Json(json =>
    {
        json.WriteStartObject("metadata");
        json.WriteStartObject("annotations");
        json.WriteString(EventAnnotation, $"{lifecycleEvent} {Text(invocation.IssuedAt)}");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string Text(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
