using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reconciler.Core.Planning;

namespace Reconciler.Operator.Rendering;

/// <summary>Plans for programs: the document of docs/plan-json.md, one object on standard output. Fields are added
/// without raising <see cref="FormatVersion"/>; a field that goes or changes raises it.</summary>
internal sealed class JsonPlanView(TextWriter output) : IPlanView
{
    public const int FormatVersion = 1;

    public void Show(IReadOnlyList<InstallationPlan> plans)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteNumber("formatVersion", FormatVersion);
            WriteTally(json, PlanTally.Sum(plans));
            json.WriteStartArray("installations");
            foreach (var plan in plans)
            {
                Write(json, plan);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteTally(Utf8JsonWriter json, PlanTally tally)
    {
        json.WriteStartObject("summary");
        json.WriteNumber("create", tally.Creates);
        json.WriteNumber("update", tally.Updates);
        json.WriteNumber("delete", tally.Deletes);
        json.WriteNumber("bind", tally.Binds);
        json.WriteNumber("withheld", tally.Held);
        json.WriteNumber("refused", tally.Refused);
        json.WriteNumber("waiting", tally.Waiting);
        json.WriteNumber("unchanged", tally.Unchanged);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, InstallationPlan plan)
    {
        json.WriteStartObject();
        json.WriteString("namespace", plan.Installation.Key.Namespace);
        json.WriteString("name", plan.Installation.Key.Name);
        json.WriteString("api", plan.Installation.Api.ToString());
        json.WriteString("baseUrl", plan.Address.ToString());
        json.WriteString("hash", plan.Plan.Hash.Length > 0 ? plan.Plan.Hash : null);
        json.WriteStartArray("actions");
        foreach (var action in plan.Plan.Actions)
        {
            Write(json, action, held: null);
        }

        foreach (var held in plan.Plan.Held)
        {
            Write(json, held.Action, held);
        }

        json.WriteEndArray();
        json.WriteStartArray("modules");
        foreach (var verdict in plan.Plan.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("namespace", verdict.Owner.Namespace);
            json.WriteString("name", verdict.Owner.Name);
            json.WriteString("type", plan.Find(verdict.Owner)?.Content.Type);
            json.WriteString("key", verdict.Key);
            json.WriteString("progress", verdict.Progress.ToString());
            json.WriteString("reason", verdict.Reason);
            json.WriteString("message", verdict.Message);
            json.WriteString("rule", verdict.Rule);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PlannedAction action, HeldAction? held)
    {
        json.WriteStartObject();
        json.WriteString("action", action.Word());
        json.WriteString("namespace", action.Owner()?.Namespace);
        json.WriteString("name", action.Owner()?.Name);
        json.WriteString("type", action.Type());
        json.WriteString("key", action.Key());
        json.WriteString("rule", action.Rule);
        json.WriteString("reason", action.Reason);
        json.WriteBoolean("withheld", held is not null);
        if (held is not null)
        {
            json.WriteString("withheldReason", held.Reason);
            json.WriteString("withheldMessage", held.Message);
        }

        if (action is PlannedAction.Update update)
        {
            WriteChanges(json, update);
        }

        json.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter json, PlannedAction.Update update)
    {
        json.WriteStartArray("changes");
        foreach (var change in ContentDiff.Of(update))
        {
            json.WriteStartObject();
            json.WriteString("path", change.Path);
            WriteValue(json, "from", change.From);
            WriteValue(json, "to", change.To);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Absent stays absent: a JSON null is a value.</summary>
    private static void WriteValue(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
    }
}
