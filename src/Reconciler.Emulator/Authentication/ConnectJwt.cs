using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Authentication;

/// <summary>A compact HS256 token taken apart, not yet trusted.</summary>
internal sealed class ConnectJwt
{
    private readonly string _signed;

    private readonly byte[] _signature;

    private ConnectJwt(string signed, byte[] signature, JsonElement header, JsonElement claims)
    {
        _signed = signed;
        _signature = signature;
        Algorithm = Text(header, "alg");
        Issuer = Text(claims, "iss");
        Qsh = Text(claims, "qsh");
        Expiry = Time(claims, "exp");
        NotBefore = Time(claims, "nbf");
        Audience = claims.TryGetProperty("aud", out JsonElement aud) ? Audiences(aud) : [];
    }

    public string? Algorithm { get; }

    public string? Issuer { get; }

    public string? Qsh { get; }

    public DateTimeOffset? Expiry { get; }

    public DateTimeOffset? NotBefore { get; }

    public IReadOnlyList<string> Audience { get; }

    /// <summary>Null when the text is no token at all.</summary>
    public static ConnectJwt? Parse(string text)
    {
        string[] parts = text.Split('.');
        if (parts.Length != 3
            || Decode(parts[0]) is not { } header
            || Decode(parts[1]) is not { } claims
            || Decode(parts[2]) is not { } signature
            || JsonText.TryParse(header, out _) is not { ValueKind: JsonValueKind.Object } headerJson
            || JsonText.TryParse(claims, out _) is not { ValueKind: JsonValueKind.Object } claimsJson)
        {
            return null;
        }

        return new ConnectJwt($"{parts[0]}.{parts[1]}", signature, headerJson, claimsJson);
    }

    /// <summary>The shared secret is used as raw UTF-8 bytes (reference §8.1).</summary>
    public bool IsSignedWith(string sharedSecret) => CryptographicOperations.FixedTimeEquals(
        _signature, HMACSHA256.HashData(Encoding.UTF8.GetBytes(sharedSecret), Encoding.ASCII.GetBytes(_signed)));

    private static byte[]? Decode(string part)
    {
        try
        {
            return Base64Url.DecodeFromChars(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static DateTimeOffset? Time(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out long seconds)
            && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static IReadOnlyList<string> Audiences(JsonElement aud) => aud.ValueKind switch
    {
        JsonValueKind.String => [aud.GetString()!],
        JsonValueKind.Array => [.. aud.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.String)
            .Select(item => item.GetString()!)],
        _ => [],
    };
}
