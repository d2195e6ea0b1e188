using System.Security.Cryptography;
using System.Text;

namespace Reconciler.Emulator.State;

/// <summary>Installation ids come as ARI in some places and as bare UUID in others (reference §6.5).</summary>
internal static class InstallationIds
{
    private const string Prefix = "ari:cloud:ecosystem::installation/";

    public static string Ari(string uuid) => Prefix + uuid;

    public static string Bare(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) ? id[Prefix.Length..] : id;

    public static bool Same(string one, string other) => Bare(one) == Bare(other);

    /// <summary>The cloud id of an installation's site: always the same for the same id.</summary>
    public static string CloudId(string id) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16), bigEndian: true).ToString("D");
}
