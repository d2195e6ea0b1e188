using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Reconciler.Operator.Intake;

/// <summary>
/// Verifies a Forge Invocation Token: RS256 and nothing else, signed by a published key, issued by Forge for one of our
/// apps, and alive. A token is worth nothing until all of it holds; then it tells the tenant (reference.md §6.3).
/// </summary>
internal sealed class InvocationVerifier(IntakeOptions options, KeySource keys, TimeProvider time)
{
    public const string Issuer = "forge/invocation-token";

    private const int TokenLengthMax = 16 * 1024;

    /// <summary>The token lives 25 s; clocks of servers differ by less than this.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new()
    {
        MaximumTokenSizeInBytes = TokenLengthMax,
        MapInboundClaims = false,
    };

    public async Task<InvocationVerdict> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (Parse(token) is not { } parsed || InvocationClaims.TryOpen(parsed) is not { } claims)
        {
            return new InvocationVerdict.Refused(RefusalReasons.Malformed);
        }

        // Anything else, "none" and HS256 with the public key above all, never meets a key.
        if (parsed.Alg != SecurityAlgorithms.RsaSha256 || parsed.TryGetHeaderValue<object>("crit", out _))
        {
            return new InvocationVerdict.Refused(RefusalReasons.Algorithm);
        }

        if (keys.For(claims.IsolatedCloudLabel) is not { } cache)
        {
            return new InvocationVerdict.Refused(RefusalReasons.IsolatedCloud);
        }

        return parsed.Kid is not { Length: > 0 and <= 256 } keyId
            ? new InvocationVerdict.Refused(RefusalReasons.UnknownKey)
            : await cache.FindAsync(keyId, cancellationToken) switch
            {
                KeyAnswer.Found found => await VerifyAsync(parsed, claims, found.Key),
                KeyAnswer.Unknown => new InvocationVerdict.Refused(RefusalReasons.UnknownKey),
                KeyAnswer.Unavailable => new InvocationVerdict.Undecided(),
                var unknown => throw new InvalidOperationException($"Unknown answer {unknown}."),
            };
    }

    private async Task<InvocationVerdict> VerifyAsync(
        JsonWebToken parsed, InvocationClaims claims, RsaSecurityKey key)
    {
        var result = await _handler.ValidateTokenAsync(parsed, Parameters(key));
        return !result.IsValid ? new InvocationVerdict.Refused(ReasonOf(result.Exception))
            : claims.TryRead(AudienceOf(parsed), Fingerprint(parsed.EncodedToken)) is { } invocation
                ? new InvocationVerdict.Genuine(invocation)
                : new InvocationVerdict.Refused(RefusalReasons.Installation);
    }

    private TokenValidationParameters Parameters(RsaSecurityKey key) => new()
    {
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        ValidIssuer = Issuer,
        ValidAudiences = options.AppIds,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = IsAlive,
    };

    private bool IsAlive(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is null || now >= expires + ClockSkew)
        {
            throw new SecurityTokenExpiredException();
        }

        return notBefore is null || now >= notBefore - ClockSkew
            ? true
            : throw new SecurityTokenNotYetValidException();
    }

    private JsonWebToken? Parse(string token)
    {
        // Five parts would be an encrypted token; we never gave anybody a key for one.
        if (token.Length > TokenLengthMax || token.AsSpan().Count('.') != 2)
        {
            return null;
        }

        try
        {
            return _handler.ReadJsonWebToken(token);
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or FormatException
            or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string ReasonOf(Exception? exception) => exception switch
    {
        SecurityTokenInvalidIssuerException => RefusalReasons.Issuer,
        SecurityTokenInvalidAudienceException => RefusalReasons.Audience,
        SecurityTokenExpiredException or SecurityTokenNoExpirationException => RefusalReasons.Expired,
        SecurityTokenNotYetValidException => RefusalReasons.NotYetValid,
        SecurityTokenInvalidAlgorithmException => RefusalReasons.Algorithm,
        SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException =>
            RefusalReasons.Signature,
        _ => RefusalReasons.Malformed,
    };

    // Verified: one of them is ours.
    private string AudienceOf(JsonWebToken parsed) => options.AppIds.First(id => parsed.Audiences.Contains(id));

    private static string Fingerprint(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}
