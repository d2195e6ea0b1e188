using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Reconciler.Operator.Hosting;

/// <summary>
/// One JSON object per line: <c>time, level, message, event, logger</c>, then the named values of the message, then
/// <c>error</c>. Field names are stable; log pipelines may rely on them.
/// </summary>
internal sealed class JsonLogFormatter : ITextFormatter
{
    // Log lines are read by people and by log pipelines, never put into HTML.
    private static readonly JsonWriterOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("time", logEvent.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("level", LevelOf(logEvent.Level));
            json.WriteString("message", MessageOf(logEvent));
            foreach (var (name, value) in logEvent.Properties)
            {
                WriteProperty(json, name, value);
            }

            if (logEvent.Exception is { } exception)
            {
                json.WriteString("error", exception.ToString());
            }

            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        output.Write('\n');
    }

    // Serilog's own rendering puts every string into quotes.
    private static string MessageOf(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property
                && logEvent.Properties.TryGetValue(property.PropertyName, out var value)
                && value is ScalarValue { Value: string plain })
            {
                text.Write(plain);
            }
            else
            {
                token.Render(logEvent.Properties, text, CultureInfo.InvariantCulture);
            }
        }

        return text.ToString();
    }

    private static string LevelOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => "fatal",
        LogEventLevel.Error => "error",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Information => "info",
        _ => "debug",
    };

    private static void WriteProperty(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        switch (name, value)
        {
            case ("EventId", StructureValue structure):
                foreach (var part in structure.Properties)
                {
                    WriteScalar(json, part.Name == "Id" ? "eventId" : "event", part.Value);
                }

                break;
            case ("SourceContext", _):
                WriteScalar(json, "logger", value);
                break;
            default:
                WriteScalar(json, char.ToLowerInvariant(name[0]) + name[1..], value);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        switch ((value as ScalarValue)?.Value)
        {
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number: json.WriteNumber(name, number); break;
            case bool flag: json.WriteBoolean(name, flag); break;
            case null when value is ScalarValue: json.WriteNull(name); break;
            case { } other: json.WriteString(name, Convert.ToString(other, CultureInfo.InvariantCulture)); break;
            default: json.WriteString(name, value.ToString(null, CultureInfo.InvariantCulture)); break;
        }
    }
}
