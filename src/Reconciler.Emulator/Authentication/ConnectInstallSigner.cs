using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Reconciler.Emulator.Authentication;

/// <summary>
/// Signs install callbacks with RS256; the public key is served as PEM under its <see cref="Kid"/>, as Atlassian's
/// key host does (reference §8.5). The key is made on first use.
/// </summary>
internal sealed class ConnectInstallSigner(Func<string> newUuid) : IDisposable
{
    private RSA? _rsa;

    private string? _kid;

    public string Kid => _kid ??= newUuid();

    public string Sign(string claims)
    {
        SigningCredentials credentials = new(new RsaSecurityKey(Key()) { KeyId = Kid }, SecurityAlgorithms.RsaSha256);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(claims, credentials);
    }

    public string PublicPem() => Key().ExportSubjectPublicKeyInfoPem();

    public void Dispose() => _rsa?.Dispose();

    private RSA Key() => _rsa ??= RSA.Create(2048);
}
