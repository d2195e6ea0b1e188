using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Intake;

/// <summary>No proof that does not hold is taken: the answer is 401, nothing is written,
/// and the reason is counted.</summary>
public sealed class ForgedCallTests
{
    private static long Now => IntakeWorld.Now.ToUnixTimeSeconds();

    private static readonly Dictionary<string, (string Reason, Func<TestIssuer, string> Mint)> Forgeries =
        new(StringComparer.Ordinal)
        {
            ["forged signature"] = ("signature", issuer => issuer.Sign(issuer.Claims(), sign: SignedByStranger)),
            ["claims changed after signing"] = ("signature", Tampered),
            ["no signature at all"] = ("signature", issuer => issuer.Sign(issuer.Claims(), sign: _ => [])),
            ["alg none"] = ("algorithm", issuer => issuer.Sign(
                issuer.Claims(), header => header["alg"] = "none", _ => [])),
            ["alg None"] = ("algorithm", issuer => issuer.Sign(
                issuer.Claims(), header => header["alg"] = "None", _ => [])),
            ["HS256 with the public key as PEM"] = ("algorithm", issuer => Hmac(
                issuer, Encoding.ASCII.GetBytes(issuer.Key.ExportSubjectPublicKeyInfoPem()))),
            ["HS256 with the public modulus"] = ("algorithm", issuer => Hmac(
                issuer, issuer.Key.ExportParameters(false).Modulus!)),
            ["HS256 with the published document"] = ("algorithm", issuer => Hmac(
                issuer, Encoding.UTF8.GetBytes(issuer.PublicKeys()))),
            ["RS512 by the right key"] = ("algorithm", issuer => issuer.Sign(
                issuer.Claims(), header => header["alg"] = "RS512",
                bytes => issuer.Key.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1))),
            ["PS256 by the right key"] = ("algorithm", issuer => issuer.Sign(
                issuer.Claims(), header => header["alg"] = "PS256",
                bytes => issuer.Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))),
            ["critical extension"] = ("algorithm", issuer => issuer.Mint(
                header: header => header["crit"] = new JsonArray("exp"))),
            ["key of its own in the header"] = ("signature", WithKeyOfItsOwn),
            ["unknown key"] = ("unknown_key", issuer => issuer.Mint(header: header => header["kid"] = "nobody")),
            ["no key id"] = ("unknown_key", issuer => issuer.Mint(header: header => header.Remove("kid"))),
            ["wrong audience"] = ("audience", issuer => issuer.Mint(
                claims => claims["aud"] = "ari:cloud:ecosystem::app/99999999-9999-4999-8999-999999999999")),
            ["no audience"] = ("audience", issuer => issuer.Mint(claims => claims.Remove("aud"))),
            ["wrong issuer"] = ("issuer", issuer => issuer.Mint(claims => claims["iss"] = "forge/context-token")),
            ["no issuer"] = ("issuer", issuer => issuer.Mint(claims => claims.Remove("iss"))),
            ["expired"] = ("expired", issuer => issuer.Mint(claims => claims["exp"] = Now - 5)),
            ["without an end"] = ("expired", issuer => issuer.Mint(claims => claims.Remove("exp"))),
            ["not valid yet"] = ("not_yet_valid", issuer => issuer.Mint(claims =>
            {
                claims["nbf"] = Now + 6;
                claims["exp"] = Now + 45;
            })),
            ["no installation"] = ("installation", issuer => issuer.Mint(
                claims => claims["app"]!.AsObject().Remove("installationId"))),
            ["installation of another kind"] = ("installation", issuer => issuer.Mint(
                claims => claims["app"]!["installationId"] = "ari:cloud:ecosystem::installation/../kube-root")),
            ["no app"] = ("installation", issuer => issuer.Mint(claims => claims.Remove("app"))),
            ["app is a text"] = ("installation", issuer => issuer.Mint(claims => claims["app"] = "x")),
            ["label with a path"] = ("isolated_cloud", Labelled("../evil")),
            ["label with a host"] = ("isolated_cloud", Labelled("evil.example/x#")),
            ["label with a line break"] = ("isolated_cloud", Labelled("evil\n")),
            ["label in capitals"] = ("isolated_cloud", Labelled("EVIL")),
            ["label that is empty"] = ("isolated_cloud", Labelled("")),
            ["label too long"] = ("isolated_cloud", Labelled(new string('a', 51))),
            ["label that is no text"] = ("isolated_cloud", issuer => issuer.Mint(
                claims => claims["icLabel"] = new JsonArray("a"))),
            ["five parts"] = ("malformed", _ => "a.b.c.d.e"),
            ["not a token"] = ("malformed", _ => "x"),
            ["not base64"] = ("malformed", _ => "!!.!!.!!"),
            ["header is no JSON"] = ("malformed", _ => "eHg.eHg.eHg"),
            ["empty parts"] = ("malformed", _ => ".."),
        };

    public static TheoryData<string> Names => [.. Forgeries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_that_proves_nothing_is_refused(string forgery)
    {
        await using var world = await IntakeWorld.StartAsync();
        var (reason, mint) = Forgeries[forgery];

        Assert.Equal(401, await world.CallAsync(mint(world.Issuer), TestIssuer.SystemToken()));

        Assert.Contains(
            $"reconciler_forge_refusals_total{{reason=\"{reason}\"}}", world.Metrics(), StringComparison.Ordinal);
        Assert.Equal(0, world.Writes);
        Assert.Empty(world.Changes);
        Assert.All(world.Keys.Fetches, fetched => Assert.Equal("keys.example", fetched.Host));
    }

    [Fact]
    public async Task A_call_without_proof_is_refused()
    {
        await using var world = await IntakeWorld.StartAsync();

        Assert.Equal(401, await world.CallAsync(fit: null, TestIssuer.SystemToken()));

        Assert.Empty(world.Keys.Fetches);
        Assert.Equal(0, world.Writes);
    }

    [Fact]
    public async Task A_skew_of_a_few_seconds_is_forgiven()
    {
        await using var world = await IntakeWorld.StartAsync();

        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(claims => claims["exp"] = Now - 4)));
        Assert.Equal(204, await world.CallAsync(world.Issuer.Mint(claims => claims["nbf"] = Now + 5)));
    }

    private static Func<TestIssuer, string> Labelled(string label) =>
        issuer => issuer.Mint(claims => claims["icLabel"] = label);

    private static byte[] SignedByStranger(byte[] bytes)
    {
        using var stranger = RSA.Create(2048);
        return stranger.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static string Hmac(TestIssuer issuer, byte[] key) => issuer.Sign(
        issuer.Claims(), header => header["alg"] = "HS256", bytes => HMACSHA256.HashData(key, bytes));

    private static string Tampered(TestIssuer issuer)
    {
        var right = issuer.Mint().Split('.');
        var other = issuer.Mint(claims => claims["app"]!["installationId"] =
            "ari:cloud:ecosystem::installation/33333333-3333-4333-8333-333333333333").Split('.');
        return $"{right[0]}.{other[1]}.{right[2]}";
    }

    private static string WithKeyOfItsOwn(TestIssuer issuer)
    {
        using var stranger = new TestIssuer();
        var jwk = JsonNode.Parse(stranger.PublicKeys())!["keys"]![1]!;
        return stranger.Sign(stranger.Claims(), header =>
        {
            header["kid"] = issuer.KeyId;
            header["jwk"] = jwk.DeepClone();
            header["jku"] = "https://evil.example/jwks.json";
        });
    }
}
