using System.Text.Json;
using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>Metadata of a manifest. Without a cluster the identity of an object is its namespace and name, so that the
/// same file is the same object in every run.</summary>
internal static class ManifestMetadata
{
    public const string DefaultNamespace = "default";

    public static ObjectMeta Read(ManifestNode.Mapping manifest)
    {
        if (manifest.Find("metadata") is not ManifestNode.Mapping metadata)
        {
            throw new ManifestException(manifest.Place, "metadata is missing: add it with a name");
        }

        var name = Name(metadata, "name")
            ?? throw new ManifestException(metadata.Place, "metadata.name is missing: add it");
        var space = Name(metadata, "namespace") ?? DefaultNamespace;
        return new ObjectMeta
        {
            Name = name,
            Namespace = space,
            Uid = $"{space}/{name}",
            Generation = 1,
            Annotations = Texts(metadata, "annotations"),
            Labels = Texts(metadata, "labels"),
        };
    }

    private static string? Name(ManifestNode.Mapping metadata, string field)
    {
        if (metadata.Find(field) is not { Kind: not JsonValueKind.Null } node)
        {
            return null;
        }

        return node is ManifestNode.Scalar { ScalarKind: JsonValueKind.String, Text: var text } && IsName(text)
            ? text
            : throw new ManifestException(
                node.Place, $"metadata.{field} must be a name of lower-case letters, digits, '-' and '.'");
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 253 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.');

    private static Dictionary<string, string> Texts(ManifestNode.Mapping metadata, string field)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (metadata.Find(field) is not ManifestNode.Mapping mapping)
        {
            return texts;
        }

        foreach (var member in mapping.Members)
        {
            texts[member.Name] = member.Value is ManifestNode.Scalar
            {
                ScalarKind: JsonValueKind.String, Text: var text,
            }
                ? text
                : throw new ManifestException(member.Place, $"metadata.{field}.{member.Name} must be a text: quote it");
        }

        return texts;
    }
}
