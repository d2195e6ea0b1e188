using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Reconciler.Operator.Intake;

/// <summary>The claims of an invocation token. Texts are bounded: they end up in annotations.</summary>
internal sealed class InvocationClaims
{
    private const int TextMax = 512;
    private const int CloudIdsMax = 16;

    private readonly JsonElement _claims;

    private InvocationClaims(JsonElement claims) => _claims = claims;

    /// <summary>The label of an isolated cloud, null if there is none. It is read before anything is verified, and only
    /// chooses the keys; a claim that is no text gives a label that is never accepted.</summary>
    public string? IsolatedCloudLabel => Member(_claims, "icLabel") switch
    {
        { ValueKind: JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } label => label.GetString(),
        _ => "",
    };

    /// <returns>Null when the payload is no JSON object.</returns>
    public static InvocationClaims? TryOpen(JsonWebToken token)
    {
        try
        {
            using var document = JsonDocument.Parse(
                Base64Url.DecodeFromChars(token.EncodedPayload), new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? new(document.RootElement.Clone()) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Only of a token that was verified.</summary>
    /// <returns>Null when it names no installation.</returns>
    public Invocation? TryRead(string appId, string fingerprint)
    {
        var app = Member(_claims, "app");
        if (!ForgeInstallationId.TryParse(Text(app, "installationId"), out var installation))
        {
            return null;
        }

        return new Invocation(installation, appId, fingerprint, Time("iat"), Time("exp"))
        {
            ApiBaseUrl = Bounded(Text(app, "apiBaseUrl")),
            Environment = Bounded(Text(Member(app, "environment"), "type")),
            CloudIds = CloudIds(Member(Member(app, "installation"), "contexts")),
        };
    }

    private static ImmutableArray<string> CloudIds(JsonElement contexts) =>
        contexts.ValueKind != JsonValueKind.Array
            ? []
            :
            [
                .. contexts.EnumerateArray().Select(context => Bounded(Text(context, "cloudId")))
                    .Where(id => id.Length > 0).Distinct(StringComparer.Ordinal).Take(CloudIdsMax),
            ];

    private DateTimeOffset Time(string name) =>
        Member(_claims, name) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var seconds) && seconds is > 0 and < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : DateTimeOffset.UnixEpoch;

    private static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static string Bounded(string? text) => text is { Length: <= TextMax } ? text : "";
}
