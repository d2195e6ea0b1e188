using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Kubernetes.Api;

/// <summary>Decodes metadata in the same pass as the object around it and skips what <see cref="ObjectMeta"/> lacks.
/// </summary>
public sealed class ObjectMetaConverter : JsonConverter<ObjectMeta>
{
    // What client-side `kubectl apply` keeps for itself: a second copy of the whole object that no controller reads,
    // and more than the rest of a cached object weighs.
    private const string ClientCopy = "kubectl.kubernetes.io/last-applied-configuration";

    // Accumulates in locals because the record is immutable: no intermediate objects per event (H3).
    public override ObjectMeta Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonShape.Expect(reader, JsonTokenType.StartObject);
        string name = "", space = "", uid = "", version = "";
        long generation = 0;
        DateTimeOffset? created = null, deleted = null;
        IReadOnlyList<string> finalizers = [];
        var annotations = StringMap.Empty;
        var labels = StringMap.Empty;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = FieldOf(reader);
            reader.Read();
            switch (field)
            {
                case Field.Name: name = JsonShape.String(reader); break;
                case Field.Namespace: space = SharedText.Of(JsonShape.String(reader)); break;
                case Field.Uid: uid = JsonShape.String(reader); break;
                case Field.ResourceVersion: version = JsonShape.String(reader); break;
                case Field.Generation: generation = JsonShape.Int64(reader); break;
                case Field.CreationTimestamp: created = JsonShape.Time(reader); break;
                case Field.DeletionTimestamp: deleted = JsonShape.Time(reader); break;
                case Field.Finalizers: finalizers = JsonShape.Strings(ref reader); break;
                case Field.Annotations: annotations = StringMap.Read(ref reader, ClientCopy); break;
                case Field.Labels: labels = StringMap.Read(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        return new ObjectMeta
        {
            Name = name,
            Namespace = space,
            Uid = uid,
            ResourceVersion = version,
            Generation = generation,
            CreationTimestamp = created,
            DeletionTimestamp = deleted,
            Finalizers = finalizers,
            Annotations = annotations,
            Labels = labels,
        };
    }

    public override void Write(Utf8JsonWriter writer, ObjectMeta value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        WriteText(writer, "name", value.Name);
        WriteText(writer, "namespace", value.Namespace);
        WriteText(writer, "uid", value.Uid);
        WriteText(writer, "resourceVersion", value.ResourceVersion);
        WriteTime(writer, "creationTimestamp", value.CreationTimestamp);
        WriteTime(writer, "deletionTimestamp", value.DeletionTimestamp);
        if (value.Generation != 0)
        {
            writer.WriteNumber("generation", value.Generation);
        }

        StringMap.Write(writer, "labels", value.Labels);
        StringMap.Write(writer, "annotations", value.Annotations);
        if (value.Finalizers.Count > 0)
        {
            writer.WriteStartArray("finalizers");
            foreach (var finalizer in value.Finalizers)
            {
                writer.WriteStringValue(finalizer);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static Field FieldOf(in Utf8JsonReader reader) =>
        reader.ValueTextEquals("name"u8) ? Field.Name
        : reader.ValueTextEquals("namespace"u8) ? Field.Namespace
        : reader.ValueTextEquals("uid"u8) ? Field.Uid
        : reader.ValueTextEquals("resourceVersion"u8) ? Field.ResourceVersion
        : reader.ValueTextEquals("generation"u8) ? Field.Generation
        : reader.ValueTextEquals("creationTimestamp"u8) ? Field.CreationTimestamp
        : reader.ValueTextEquals("deletionTimestamp"u8) ? Field.DeletionTimestamp
        : reader.ValueTextEquals("finalizers"u8) ? Field.Finalizers
        : reader.ValueTextEquals("annotations"u8) ? Field.Annotations
        : reader.ValueTextEquals("labels"u8) ? Field.Labels
        : Field.Other;

    private static void WriteText(Utf8JsonWriter writer, string property, string value)
    {
        if (value.Length > 0)
        {
            writer.WriteString(property, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, string property, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            writer.WriteString(
                property,
                time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }
    }

    private enum Field
    {
        Other,
        Name,
        Namespace,
        Uid,
        ResourceVersion,
        Generation,
        CreationTimestamp,
        DeletionTimestamp,
        Finalizers,
        Annotations,
        Labels,
    }
}
