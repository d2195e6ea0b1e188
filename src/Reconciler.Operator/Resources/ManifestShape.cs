using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Operator.Resources;

/// <summary>
/// Compares a manifest with the shape that its resource is read into: an unknown field or a wrong type is an error with
/// its line, as <c>kubectl apply --validate=strict</c> has it. The shapes are the ones the operator reads with, so
/// there is no second list of fields.
/// </summary>
internal static class ManifestShape
{
    /// <exception cref="ManifestException">At the first field that does not fit.</exception>
    public static void Check(ManifestNode node, JsonTypeInfo shape, string path)
    {
        if (shape.Type == typeof(RawJson))
        {
            return;
        }

        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckMembers(Mapping(node, path), shape, path);
                break;
            case JsonTypeInfoKind.Dictionary:
                foreach (var member in Mapping(node, path).Members)
                {
                    Check(member.Value, Element(shape), $"{path}.{member.Name}");
                }

                break;
            case JsonTypeInfoKind.Enumerable:
                foreach (var item in Sequence(node, path).Items)
                {
                    Check(item, Element(shape), $"{path}[]");
                }

                break;
            default:
                CheckScalar(node, Nullable.GetUnderlyingType(shape.Type) ?? shape.Type, path);
                break;
        }
    }

    private static void CheckMembers(ManifestNode.Mapping mapping, JsonTypeInfo shape, string path)
    {
        foreach (var member in mapping.Members)
        {
            var known = shape.Properties.FirstOrDefault(property => property.Name == member.Name)
                ?? throw new ManifestException(
                    member.Place, NearestName.Explain($"{path}.{member.Name}", member.Name, Names(shape)));
            if (member.Value.Kind != JsonValueKind.Null || known.PropertyType == typeof(RawJson))
            {
                Check(member.Value, shape.Options.GetTypeInfo(known.PropertyType), $"{path}.{member.Name}");
            }
        }
    }

    private static void CheckScalar(ManifestNode node, Type type, string path)
    {
        if (node is not ManifestNode.Scalar scalar)
        {
            throw Wrong(node, path, Wanted(type));
        }

        var fits = type == typeof(string) ? scalar.ScalarKind == JsonValueKind.String
            : type == typeof(bool) ? scalar.ScalarKind is JsonValueKind.True or JsonValueKind.False
            : type == typeof(int) ? scalar.ScalarKind == JsonValueKind.Number && int.TryParse(scalar.Text, out _)
            : type.IsEnum && scalar.ScalarKind == JsonValueKind.String && Enum.GetNames(type).Contains(scalar.Text);
        if (!fits)
        {
            throw Wrong(node, path, Wanted(type));
        }
    }

    private static ManifestException Wrong(ManifestNode node, string path, string wanted)
    {
        var found = node is ManifestNode.Scalar { Text: { Length: > 0 and < 60 } text } ? $", not {text}" : "";
        return new ManifestException(node.Place, $"{path} must be {wanted}{found}");
    }

    private static string Wanted(Type type) => type == typeof(string) ? "a text (quote it if it is one)"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) ? "a whole number"
        : $"one of {string.Join(", ", Enum.GetNames(type))}";

    private static ManifestNode.Mapping Mapping(ManifestNode node, string path) =>
        node as ManifestNode.Mapping ?? throw Wrong(node, path, "an object");

    private static ManifestNode.Sequence Sequence(ManifestNode node, string path) =>
        node as ManifestNode.Sequence ?? throw Wrong(node, path, "a list");

    private static JsonTypeInfo Element(JsonTypeInfo shape) => shape.Options.GetTypeInfo(shape.ElementType!);

    private static IEnumerable<string> Names(JsonTypeInfo shape) => shape.Properties.Select(property => property.Name);
}
