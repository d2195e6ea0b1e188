using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Operator.Migration;

/// <summary>The record's file format. A field that is not known stops the run: a newer version wrote it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(MigrationRecord))]
internal sealed partial class MigrationRecordJsonContext : JsonSerializerContext;

/// <summary>Reads and writes the record's file.</summary>
internal static class MigrationRecordJson
{
    public static byte[] Write(MigrationRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(record, MigrationRecordJsonContext.Default.MigrationRecord);

    /// <exception cref="JsonException">Not a record of this format.</exception>
    public static MigrationRecord Read(ReadOnlySpan<byte> json)
    {
        var record = JsonSerializer.Deserialize(json, MigrationRecordJsonContext.Default.MigrationRecord)
            ?? throw new JsonException("it is null");
        return record.FormatVersion == MigrationRecord.CurrentFormat
            ? record
            : throw new JsonException($"it has format {record.FormatVersion}, this version reads "
                + $"{MigrationRecord.CurrentFormat}: use the version that wrote it");
    }
}
