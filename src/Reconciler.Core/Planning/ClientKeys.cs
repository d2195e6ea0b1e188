using System.Security.Cryptography;
using System.Text;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Planning;

/// <summary>
/// Keys of client-keyed APIs (crash-safety.md §9): <c>spec.key</c>, or derived from the installation and the resource's
/// name. Not from its UID, which changes on a restore; never without the scope (Azure/azure-service-operator#4079).
/// </summary>
public static class ClientKeys
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 26;

    /// <summary>Null on an API whose server makes the key.</summary>
    public static string? For(Installation installation, DesiredModule module) =>
        installation.Api.HasClientKeys() ? module.RequestedKey ?? Derive(installation.Key, module.Owner) : null;

    public static string Derive(InstallationKey scope, ModuleOwner owner)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}|{owner.Namespace}|{owner.Name}"));
        return string.Create(3 + Length, hash, static (text, bytes) =>
        {
            "dm-".CopyTo(text);
            for (var i = 0; i < Length; i++)
            {
                text[3 + i] = Alphabet[FiveBits(bytes, i * 5)];
            }
        });
    }

    private static int FiveBits(byte[] bytes, int bit)
    {
        var window = (bytes[bit / 8] << 8) | bytes[(bit / 8) + 1];
        return (window >> (11 - (bit % 8))) & 31;
    }
}
