using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Reconciler.Atlassian.Connect;

/// <summary>
/// The token of one Connect request: HS256 over <c>iss</c> (the app key, not the client key), <c>iat</c>, <c>exp</c>
/// and <c>qsh</c> (reference.md §8.1). Written out here because the JWT library refuses keys under 256 bits, and shared
/// secrets come in any length.
/// </summary>
internal static class ConnectJwt
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(3);
    private static readonly string Header = Base64Url.EncodeToString("""{"typ":"JWT","alg":"HS256"}"""u8);

    public static string Create(string appKey, string sharedSecret, string queryHash, DateTimeOffset now)
    {
        var signed = $"{Header}.{Base64Url.EncodeToString(Claims(appKey, queryHash, now))}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(sharedSecret), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static ReadOnlySpan<byte> Claims(string appKey, string queryHash, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("iss"u8, appKey);
            writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            writer.WriteNumber("exp"u8, (now + Life).ToUnixTimeSeconds());
            writer.WriteString("qsh"u8, queryHash);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }
}
