using System.Text.Json;
using Reconciler.Emulator.Settings;
using Reconciler.Emulator.State;
using Reconciler.Emulator.Wire;

namespace Reconciler.Emulator.Endpoints;

/// <summary>Puts a page into each of the envelopes the public pages show (X1).</summary>
internal static class ListEnvelope
{
    public static WireResponse Render(
        IReadOnlyList<StoredModule> modules, string? next, bool first, EmulatorSettings settings)
    {
        ListShape shape = settings.ListShape;
        if (shape == ListShape.Default)
        {
            shape = first && next is null ? ListShape.Array : ListShape.ResultLastEvaluatedKey;
        }

        return shape switch
        {
            ListShape.Array => Bare(modules, settings),
            ListShape.ArrayHeader when next is not null => Bare(modules, settings).With("nextPageToken", next),
            ListShape.ArrayHeader => Bare(modules, settings),
            ListShape.Unbracketed when modules.Count > 0 => Unbracketed(modules, settings),
            ListShape.Unbracketed => Bare(modules, settings),
            ListShape.ResultLastEvaluatedKey => Object(modules, next, settings, "result", "lastEvaluatedKey"),
            ListShape.ResultsLastEvaluatedKey => Object(modules, next, settings, "results", "lastEvaluatedKey"),
            ListShape.ResultsNextPageToken => Object(modules, next, settings, "results", "nextPageToken"),
            _ => throw new InvalidOperationException($"unknown listShape {shape}"),
        };
    }

    private static WireResponse Bare(IReadOnlyList<StoredModule> modules, EmulatorSettings settings) =>
        WireResponse.OfJson(200, JsonText.Write(writer => WriteArray(writer, modules, settings)));

    private static WireResponse Unbracketed(IReadOnlyList<StoredModule> modules, EmulatorSettings settings) =>
        WireResponse.OfJson(200, JsonText.Write(writer => WriteArray(writer, modules, settings))[1..^1]);

    private static WireResponse Object(
        IReadOnlyList<StoredModule> modules, string? next, EmulatorSettings settings, string items, string cursor) =>
        WireResponse.OfJson(200, JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName(items);
            WriteArray(writer, modules, settings);
            if (next is not null)
            {
                writer.WriteString(cursor, next);
            }

            writer.WriteEndObject();
        }));

    private static void WriteArray(
        Utf8JsonWriter writer, IReadOnlyList<StoredModule> modules, EmulatorSettings settings)
    {
        writer.WriteStartArray();
        foreach (StoredModule module in modules)
        {
            ModuleData.Write(writer, module, settings);
        }

        writer.WriteEndArray();
    }
}
