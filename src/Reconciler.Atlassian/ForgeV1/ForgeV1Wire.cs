using System.Buffers;
using System.Text.Json;
using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV1;

/// <summary>
/// Bodies of the EAP edition of https://developer.atlassian.com/platform/forge/apis-reference/dynamic-modules-api/ and
/// of https://developer.atlassian.com/platform/forge/containers-reference/ref-api/ (read 2026-11-22).
/// </summary>
internal static class ForgeV1Wire
{
    /// <summary><c>{"key": …, "type": …, "data": …}</c>; the key inside data is the server's to copy (X7).</summary>
    public static ReadOnlyMemory<byte> Write(string key, ModuleContent content)
    {
        var buffer = new ArrayBufferWriter<byte>(content.Data.Length + 96);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, key);
            writer.WriteString("type"u8, content.Type);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(content.Data.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The key is ours, so the status alone proves it, unless the body speaks of another key or is none of the
    /// API's. Containers may answer without a body (reference.md §4).</summary>
    public static CreateOutcome.Created? ReadCreated(RemoteReply reply, string key)
    {
        if (reply.Body.IsEmpty)
        {
            return new CreateOutcome.Created(key, null);
        }

        try
        {
            using var document = ModuleJson.Parse(reply.Body);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && string.Equals(ModuleJson.Text(root, "key") ?? key, key, StringComparison.Ordinal)
                ? new CreateOutcome.Created(key, ModuleJson.TryReadContent(root))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
