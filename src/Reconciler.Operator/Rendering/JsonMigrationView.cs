using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reconciler.Operator.Migration;

namespace Reconciler.Operator.Rendering;

/// <summary>A migration for programs: one object on standard output (docs/migrate.md). Fields are added without raising
/// <see cref="FormatVersion"/>.</summary>
internal sealed class JsonMigrationView(TextWriter output) : IMigrationView
{
    public const int FormatVersion = 1;

    public void Plan(MigrationPlan plan) => Write(plan, report: null, rewriting: null);

    public void Reached(MigratedModule module)
    {
    }

    public void Waiting(string why, TimeSpan pause)
    {
    }

    public void End(MigrationPlan plan, MigrationReport report, Rewriting rewriting) => Write(plan, report, rewriting);

    private void Write(MigrationPlan plan, MigrationReport? report, Rewriting? rewriting)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteNumber("formatVersion", FormatVersion);
            json.WriteBoolean("dryRun", report is null);
            WriteSide(json, "from", plan.From);
            WriteSide(json, "to", plan.To);
            json.WriteStartObject("room");
            json.WriteNumber("used", plan.Room.Used);
            json.WriteNumber("quota", plan.Room.Quota);
            json.WriteEndObject();
            json.WriteBoolean("wantsGap", report?.WantsGap ?? false);
            json.WriteStartArray("modules");
            foreach (var item in plan.Items)
            {
                WriteItem(json, item, report);
            }

            json.WriteEndArray();
            WriteTexts(json, "files", rewriting?.Files ?? []);
            WriteTexts(json, "notes", rewriting?.Notes ?? []);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteItem(Utf8JsonWriter json, MigrationItem item, MigrationReport? report)
    {
        var module = report?.Record.Find(item.Owner) ?? item.Module;
        var problem = report?.Problems.GetValueOrDefault(item.Owner);
        json.WriteStartObject();
        json.WriteString("namespace", item.Owner.Namespace);
        json.WriteString("name", item.Owner.Name);
        json.WriteString("step", item.Step.ToString());
        json.WriteString("stage", module?.Stage.ToString());
        json.WriteString("oldType", item.OldType);
        json.WriteString("oldKey", module?.Old.Key);
        json.WriteString("newType", module?.New.Type);
        json.WriteString("newKey", module?.New.Key);
        json.WriteString("reason", problem ?? (item.Reason.Length > 0 ? item.Reason : null));
        json.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter json, string name, RecordedSide side)
    {
        json.WriteStartObject(name);
        json.WriteString("namespace", side.Namespace);
        json.WriteString("name", side.Name);
        json.WriteString("api", side.Api.ToString());
        json.WriteString("address", side.Address);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
