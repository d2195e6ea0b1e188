using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Authentication;

/// <summary>
/// Signs invocation tokens with RS256 under <c>kid</c> <c>forge/invocation-token/&lt;uuid&gt;</c> and publishes the
/// keys. RSA keys are made on first use; they do not follow the seed.
/// </summary>
internal sealed class ForgeSigner(Func<string> newUuid) : IDisposable
{
    private readonly List<RsaSecurityKey> _keys = [];

    /// <summary>The newest key signs; a retired one is still published unless it is dropped.</summary>
    public void Rotate(bool dropOld)
    {
        if (dropOld)
        {
            _keys.Clear();
        }

        _keys.Add(NewKey());
    }

    public string Sign(string claims)
    {
        if (_keys.Count == 0)
        {
            _keys.Add(NewKey());
        }

        SigningCredentials credentials = new(_keys[^1], SecurityAlgorithms.RsaSha256);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(claims, credentials);
    }

    /// <summary>Signed by a key that is not published, under the kid of one that is.</summary>
    public string Forge(string claims)
    {
        _ = Sign(claims);
        using RSA stranger = RSA.Create(2048);
        RsaSecurityKey key = new(stranger) { KeyId = _keys[^1].KeyId };
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        SigningCredentials credentials = new(key, SecurityAlgorithms.RsaSha256);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(claims, credentials);
    }

    public byte[] PublicKeys()
    {
        if (_keys.Count == 0)
        {
            _keys.Add(NewKey());
        }

        return JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (RsaSecurityKey key in _keys)
            {
                Write(writer, key);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    public void Dispose() => _keys.ForEach(key => key.Rsa.Dispose());

    private RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = $"forge/invocation-token/{newUuid()}" };

    private static void Write(Utf8JsonWriter writer, RsaSecurityKey key)
    {
        RSAParameters numbers = key.Rsa.ExportParameters(includePrivateParameters: false);
        writer.WriteStartObject();
        writer.WriteString("kty", "RSA");
        writer.WriteString("use", "sig");
        writer.WriteString("alg", "RS256");
        writer.WriteString("kid", key.KeyId);
        writer.WriteString("n", Base64UrlEncoder.Encode(numbers.Modulus));
        writer.WriteString("e", Base64UrlEncoder.Encode(numbers.Exponent));
        writer.WriteEndObject();
    }
}
