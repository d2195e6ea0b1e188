using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Reconciler.Emulator.Tests.Support;

/// <summary>Signs by hand, so that the emulator's own code proves nothing about itself.</summary>
internal sealed class ConnectClient(Remote remote, string contextPath)
{
    public const string Resource = "/rest/atlassian-connect/1/app/module/dynamic";

    public string Secret { get; set; } = EmulatorOptions.DefaultConnectSecret;

    public Task<Reply> GetAsync() => SendAsync("GET", "", "");

    public Task<Reply> PostAsync(string body) => SendAsync("POST", "", "", body);

    public Task<Reply> DeleteAsync(params string[] keys) => SendAsync(
        "DELETE",
        keys.Length == 0 ? "" : "?" + string.Join('&', keys.Select(key => $"moduleKey={Uri.EscapeDataString(key)}")),
        keys.Length == 0
            ? ""
            : "moduleKey=" + string.Join(',', keys.Select(Uri.EscapeDataString).Order(StringComparer.Ordinal)));

    public Task<Reply> SendAsync(string verb, string query, string canonicalQuery, string? body = null) =>
        remote.SendAsync(
            verb, contextPath + Resource + query, body, "JWT " + Token(Claims($"{verb}&{Resource}&{canonicalQuery}")));

    public Task<Reply> WithTokenAsync(string token) =>
        remote.SendAsync("GET", contextPath + Resource, null, "JWT " + token);

    public string Claims(
        string canonical, string issuer = EmulatorOptions.DefaultConnectApp, long lifeSeconds = 180)
    {
        long now = remote.Server.Snapshot().Time.ToUnixTimeSeconds();
        string qsh = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        return $$"""{"iss":"{{issuer}}","iat":{{now}},"exp":{{now + lifeSeconds}},"qsh":"{{qsh}}"}""";
    }

    public string Token(string claims, string algorithm = "HS256")
    {
        string signed = $"{Encode($$"""{"typ":"JWT","alg":"{{algorithm}}"}""")}.{Encode(claims)}";
        byte[] signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
