using System.Buffers;
using System.Text.Json;
using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV2;

/// <summary>
/// Bodies of https://developer.atlassian.com/platform/forge/apis-reference/dynamic-modules-api/ (read 2026-11-22).
/// </summary>
internal static class ForgeV2Wire
{
    /// <summary><c>{"type": …, "data": …}</c> without any key (X2, X3, X7).</summary>
    public static ReadOnlyMemory<byte> Write(ModuleContent content)
    {
        var buffer = new ArrayBufferWriter<byte>(content.Data.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, content.Type);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(content.Data.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>A 201 is printed without a body. The module object or <c>{key}</c> alone prove the key; an empty body
    /// with a Location, or anything else, proves nothing (reference.md §2.3).</summary>
    public static CreateOutcome.Created? ReadCreated(RemoteReply reply)
    {
        try
        {
            using var document = ModuleJson.Parse(reply.Body);
            return ModuleJson.Key(document.RootElement) is { } key
                ? new CreateOutcome.Created(key, ModuleJson.TryReadContent(document.RootElement))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
