using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Emulator.State;

namespace Reconciler.Emulator.Lifecycle;

/// <summary>The claims of a Forge Invocation Token (reference §6.3).</summary>
internal static class FitClaims
{
    public const string Issuer = "forge/invocation-token";

    public static string Render_Locked(EmulatedCloud cloud, Installation installation, InvocationOrder order)
    {
        long now = cloud.Now.ToUnixTimeSeconds();
        string cloudId = InstallationIds.CloudId(installation.Id);
        string api = $"{cloud.Address!.GetLeftPart(UriPartial.Authority)}/ex/jira/{cloudId}";
        JsonObject claims = new()
        {
            ["app"] = App(cloud, installation, order, cloudId, api),
            ["context"] = new JsonObject { ["cloudId"] = cloudId, ["moduleKey"] = order.ModuleKey },
            ["aud"] = cloud.AppId,
            ["iss"] = Issuer,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + (cloud.Settings.FitTtlMs / 1000),
            ["jti"] = Convert.ToHexStringLower(TwentyBytes(cloud.NewKey_Locked())),
        };
        foreach (JsonProperty changed in Overlay(order))
        {
            claims[changed.Name] = JsonNode.Parse(changed.Value.GetRawText());
            if (changed.Value.ValueKind == JsonValueKind.Null)
            {
                claims.Remove(changed.Name);
            }
        }

        return claims.ToJsonString();
    }

    private static JsonObject App(
        EmulatedCloud cloud, Installation installation, InvocationOrder order, string cloudId, string api) => new()
        {
            ["id"] = cloud.AppId,
            ["appVersion"] = $"{installation.MajorVersion}.{installation.MinorVersion}.0",
            ["installationId"] = installation.Id,
            ["apiBaseUrl"] = api,
            ["installation"] = new JsonObject
            {
                ["id"] = installation.Id,
                ["contexts"] = new JsonArray(new JsonObject
                {
                    ["name"] = "jira",
                    ["apiBaseUrl"] = api,
                    ["cloudId"] = cloudId,
                }),
            },
            ["environment"] = new JsonObject
            {
                ["type"] = "PRODUCTION",
                ["id"] = cloud.AppId.Replace("::app/", "::environment/", StringComparison.Ordinal) + "/emulator",
            },
            ["module"] = new JsonObject { ["type"] = "core:endpoint", ["key"] = order.ModuleKey },
        };

    private static IEnumerable<JsonProperty> Overlay(InvocationOrder order) =>
        order.Claims is { ValueKind: JsonValueKind.Object } overlay ? overlay.EnumerateObject() : [];

    // The printed example has 40 hexadecimal digits.
    private static byte[] TwentyBytes(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..20];
}
