using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reconciler.Operator.Rendering;

/// <summary>The answer for programs: one object on standard output. Fields are added without raising the format
/// version.</summary>
internal sealed class JsonExplanationView(TextWriter output) : IExplanationView
{
    public const int FormatVersion = 1;

    public void Show(Explanation explanation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            Write(json, explanation);
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteStartObject();
        json.WriteNumber("formatVersion", FormatVersion);
        json.WriteString("subject", explanation.Subject);
        json.WriteString("installation", explanation.Installation.ToString());
        json.WriteString("source", explanation.Source);
        if (explanation.Ready is { } ready)
        {
            json.WriteStartObject("ready");
            json.WriteString("status", ready.Status.ToString());
            json.WriteString("reason", ready.Reason);
            json.WriteString("message", ready.Message);
            json.WriteEndObject();
        }

        json.WriteStartObject("standing");
        foreach (var (name, value) in explanation.Standing)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteString("lastRefusal", explanation.LastFault?.Message);
        json.WriteString("nextWakeUp", explanation.NextWake);
        json.WriteStartArray("decisions");
        foreach (var decision in explanation.Decisions)
        {
            Write(json, decision);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartObject();
        json.WriteString("time", decision.Line.At.UtcDateTime);
        json.WriteString("module", decision.Owner);
        json.WriteString("rule", decision.Line.Rule);
        json.WriteString("when", decision.Rule?.When);
        json.WriteString("then", decision.Rule?.Then);
        json.WriteString("message", decision.Line.Message);
        json.WriteStartObject("inputs");
        foreach (var (name, value) in decision.Line.Inputs)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
