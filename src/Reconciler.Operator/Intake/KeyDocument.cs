using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Reconciler.Operator.Intake;

/// <summary>Reads a JSON Web Key Set: RSA keys for RS256 signatures of at least 2048 bits, with an id. Others are
/// passed over, so that a new kind of key in the set harms nothing.</summary>
internal static class KeyDocument
{
    private const int KeysMax = 64;
    private const int KeyIdMax = 256;
    private const int ModulusBytesMin = 256;
    private const int ModulusBytesMax = 1024;

    /// <exception cref="FormatException">Not a key set, or without a single usable key.</exception>
    public static Dictionary<string, RsaSecurityKey> Read(ReadOnlyMemory<byte> json)
    {
        var found = new Dictionary<string, RsaSecurityKey>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            foreach (var key in document.RootElement.GetProperty("keys").EnumerateArray().Take(KeysMax))
            {
                if (Read(key) is { } usable)
                {
                    found.TryAdd(usable.KeyId, usable);
                }
            }
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("the answer is not a JSON Web Key Set", exception);
        }

        return found.Count > 0 ? found : throw new FormatException("the key set holds no RSA key for RS256");
    }

    private static RsaSecurityKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object
            || Text(key, "kty") != "RSA"
            || Text(key, "use") is not (null or "sig")
            || Text(key, "alg") is not (null or SecurityAlgorithms.RsaSha256)
            || Text(key, "kid") is not { Length: > 0 and <= KeyIdMax } id
            || Number(key, "n") is not { Length: >= ModulusBytesMin and <= ModulusBytesMax } modulus
            || Number(key, "e") is not { Length: > 0 and <= 8 } exponent)
        {
            return null;
        }

        return new RsaSecurityKey(new RSAParameters { Modulus = modulus, Exponent = exponent }) { KeyId = id };
    }

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[]? Number(JsonElement key, string name)
    {
        try
        {
            return Text(key, name) is { Length: <= 2 * ModulusBytesMax } text ? Base64Url.DecodeFromChars(text) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
