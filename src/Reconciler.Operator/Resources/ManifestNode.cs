using System.Text.Json;

namespace Reconciler.Operator.Resources;

/// <summary>One value of a manifest, YAML or JSON alike, with its place. What it writes is what <c>kubectl apply</c>
/// would send.</summary>
internal abstract record ManifestNode(ManifestPlace Place)
{
    public abstract JsonValueKind Kind { get; }

    public abstract void Write(Utf8JsonWriter json);

    /// <summary>A scalar: null, boolean, number or text.</summary>
    /// <param name="Text">JSON text of a null, boolean or number; the text itself of a string.</param>
    public sealed record Scalar(ManifestPlace Place, JsonValueKind ScalarKind, string Text) : ManifestNode(Place)
    {
        public override JsonValueKind Kind => ScalarKind;

        public override void Write(Utf8JsonWriter json)
        {
            if (ScalarKind == JsonValueKind.String)
            {
                json.WriteStringValue(Text);
            }
            else
            {
                json.WriteRawValue(Text);
            }
        }
    }

    public sealed record Sequence(ManifestPlace Place, IReadOnlyList<ManifestNode> Items) : ManifestNode(Place)
    {
        public override JsonValueKind Kind => JsonValueKind.Array;

        public override void Write(Utf8JsonWriter json)
        {
            json.WriteStartArray();
            foreach (var item in Items)
            {
                item.Write(json);
            }

            json.WriteEndArray();
        }
    }

    /// <param name="Members">Names are unique.</param>
    public sealed record Mapping(ManifestPlace Place, IReadOnlyList<ManifestMember> Members) : ManifestNode(Place)
    {
        public override JsonValueKind Kind => JsonValueKind.Object;

        public ManifestNode? Find(string name) => Members.FirstOrDefault(member => member.Name == name)?.Value;

        /// <summary>The text of a member, null when it is absent or no text.</summary>
        public string? FindText(string name) =>
            Find(name) is Scalar { ScalarKind: JsonValueKind.String } scalar ? scalar.Text : null;

        public Mapping Without(string name) =>
            this with { Members = [.. Members.Where(member => member.Name != name)] };

        public override void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            foreach (var member in Members)
            {
                json.WritePropertyName(member.Name);
                member.Value.Write(json);
            }

            json.WriteEndObject();
        }
    }
}

/// <summary>One member of a mapping, with the place of its name.</summary>
internal sealed record ManifestMember(string Name, ManifestPlace Place, ManifestNode Value);
