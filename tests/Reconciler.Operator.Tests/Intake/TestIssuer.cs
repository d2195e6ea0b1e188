using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>Makes invocation tokens, right and wrong ones, without any JWT library: it shares nothing with what it
/// tests.</summary>
internal sealed class TestIssuer : IDisposable
{
    public const string App = "ari:cloud:ecosystem::app/11111111-1111-4111-8111-111111111111";
    public const string Tenant = "ari:cloud:ecosystem::installation/22222222-2222-4222-8222-222222222222";
    public const string TenantUuid = "22222222-2222-4222-8222-222222222222";

    private int _serial;

    public RSA Key { get; private set; } = RSA.Create(2048);

    public string KeyId { get; private set; } = "forge/invocation-token/one";

    public JsonObject Claims(string tenant = Tenant)
    {
        var now = IntakeWorld.Now.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["app"] = new JsonObject
            {
                ["id"] = App,
                ["installationId"] = tenant,
                ["apiBaseUrl"] = "https://api.example/ex/jira/cloud-1",
                ["installation"] = new JsonObject
                {
                    ["contexts"] = new JsonArray(new JsonObject { ["name"] = "jira", ["cloudId"] = "cloud-1" }),
                },
                ["environment"] = new JsonObject { ["type"] = "PRODUCTION" },
            },
            ["aud"] = App,
            ["iss"] = "forge/invocation-token",
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 25,
            ["jti"] = $"call-{++_serial}",
        };
    }

    public string Mint(Action<JsonObject>? change = null, Action<JsonObject>? header = null)
    {
        var claims = Claims();
        change?.Invoke(claims);
        return Sign(claims, header);
    }

    public string Sign(JsonObject claims, Action<JsonObject>? header = null, Func<byte[], byte[]>? sign = null)
    {
        var head = new JsonObject { ["alg"] = "RS256", ["kid"] = KeyId, ["typ"] = "JWT" };
        header?.Invoke(head);
        var signed = Part(head) + "." + Part(claims);
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = sign is null
            ? Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : sign(bytes);
        return signed + "." + Base64Url.EncodeToString(signature);
    }

    public string PublicKeys()
    {
        var numbers = Key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "EC", ["kid"] = "another-kind", ["crv"] = "P-256" },
                new JsonObject
                {
                    ["kty"] = "RSA",
                    ["use"] = "sig",
                    ["alg"] = "RS256",
                    ["kid"] = KeyId,
                    ["n"] = Base64Url.EncodeToString(numbers.Modulus),
                    ["e"] = Base64Url.EncodeToString(numbers.Exponent),
                }),
        }.ToJsonString();
    }

    /// <summary>A new key under a new id; the old one is published no more.</summary>
    public void Rotate()
    {
        Key.Dispose();
        (Key, KeyId) = (RSA.Create(2048), KeyId + "-next");
    }

    /// <summary>A JWT as system token, as Forge makes them: opaque but for its end.</summary>
    public static string SystemToken(string mark = "canary", int lifeSeconds = 4 * 3600)
    {
        var end = IntakeWorld.Now.ToUnixTimeSeconds() + lifeSeconds;
        return Part(new JsonObject { ["alg"] = "RS256" }) + "."
            + Part(new JsonObject { ["exp"] = end, ["mark"] = mark }) + ".c2lnbmF0dXJl";
    }

    public void Dispose() => Key.Dispose();

    private static string Part(JsonObject json) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
