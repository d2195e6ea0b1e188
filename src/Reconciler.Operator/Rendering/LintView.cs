using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reconciler.Operator.Rendering;

/// <summary>Shows what <c>lint</c> found: <c>file:line: error: field message</c> as compilers do, or JSON.</summary>
internal sealed class LintView(TextWriter output, bool colors)
{
    public void Text(IReadOnlyList<LintFinding> findings, int checkedCount)
    {
        var paper = new Paper(output, colors);
        foreach (var finding in findings)
        {
            var place = finding.Line > 0 ? $"{finding.File}:{finding.Line}: " : "";
            var field = finding.Field is null ? "" : $"{finding.Field} ";
            paper.Line($"{place}{(finding.IsError ? "error" : "warning")}: {field}{finding.Message}");
        }

        var errors = findings.Count(finding => finding.IsError);
        paper.Line($"{checkedCount} modules checked, {errors} errors, {findings.Count - errors} warnings.");
    }

    public void Json(IReadOnlyList<LintFinding> findings, int checkedCount)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteNumber("formatVersion", 1);
            json.WriteNumber("modules", checkedCount);
            json.WriteNumber("errors", findings.Count(finding => finding.IsError));
            json.WriteNumber("warnings", findings.Count(finding => !finding.IsError));
            json.WriteStartArray("findings");
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("file", finding.File);
                json.WriteNumber("line", finding.Line);
                json.WriteString("field", finding.Field);
                json.WriteString("severity", finding.IsError ? "error" : "warning");
                json.WriteString("message", finding.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
