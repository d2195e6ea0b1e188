using System.Security.Cryptography;
using System.Text;

namespace Reconciler.Core.Modules;

/// <summary>How a remote module relates to what we sent (crash-safety.md §5).</summary>
public enum MatchRelation
{
    /// <summary>Another type.</summary>
    None,

    /// <summary>Same type only.</summary>
    Weak,

    /// <summary>⊒: same type and every value sent is present (objects recursively, arrays equal).</summary>
    Covers,

    /// <summary>≡: same type and equal canonical data.</summary>
    Identical,
}

/// <summary>
/// The type and data of a module: its whole remote footprint apart from the key. Data is canonical JSON (RFC 8785)
/// without a top-level <c>key</c>, which the server injects (reference.md X7). Immutable; equal by content.
/// </summary>
public sealed class ModuleContent : IEquatable<ModuleContent>
{
    private readonly byte[] _data;

    private ModuleContent(string type, byte[] data)
    {
        Type = type;
        _data = data;
        Fingerprint = ComputeFingerprint(type, data);
    }

    public string Type { get; }

    /// <summary>Canonical UTF-8 JSON object without <c>key</c>.</summary>
    public ReadOnlyMemory<byte> Data => _data;

    public Fingerprint Fingerprint { get; }

    /// <summary>Parses and canonicalises <paramref name="json"/>, which must be one JSON object.</summary>
    /// <returns>False with a one-sentence <paramref name="error"/> (what, where) when it is not.</returns>
    public static bool TryCreate(string type, ReadOnlyMemory<byte> json, out ModuleContent? content, out string? error)
    {
        content = null;
        if (!IsUnicode(type))
        {
            error = "the type is not valid Unicode: it holds half of a surrogate pair";
            return false;
        }

        if (!CanonicalJson.TryCanonicalizeObject(json, withoutProperty: "key", out var data, out error))
        {
            return false;
        }

        content = new ModuleContent(type, data!);
        return true;
    }

    /// <exception cref="FormatException"><paramref name="json"/> is not a JSON object.</exception>
    public static ModuleContent Parse(string type, ReadOnlyMemory<byte> json) =>
        TryCreate(type, json, out var content, out var error) ? content! : throw new FormatException(error);

    /// <exception cref="FormatException"><paramref name="json"/> is not a JSON object.</exception>
    public static ModuleContent Parse(string type, string json) => Parse(type, Encoding.UTF8.GetBytes(json));

    /// <summary>How this, observed, relates to <paramref name="sent"/>.</summary>
    public MatchRelation RelateTo(ModuleContent sent)
    {
        if (!string.Equals(Type, sent.Type, StringComparison.Ordinal))
        {
            return MatchRelation.None;
        }

        if (Fingerprint == sent.Fingerprint)
        {
            return MatchRelation.Identical;
        }

        return CanonicalJson.Covers(_data, sent._data) ? MatchRelation.Covers : MatchRelation.Weak;
    }

    public bool Equals(ModuleContent? other) => other is not null && Fingerprint == other.Fingerprint;

    public override bool Equals(object? obj) => Equals(obj as ModuleContent);

    public override int GetHashCode() => Fingerprint.GetHashCode();

    public override string ToString() => $"{Type} {Fingerprint}";

    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static Fingerprint ComputeFingerprint(string type, byte[] data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("{\"data\":"u8);
        hash.AppendData(data);
        hash.AppendData(",\"type\":"u8);
        hash.AppendData(CanonicalJson.Quote(type));
        hash.AppendData("}"u8);
        return new Fingerprint($"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }
}
