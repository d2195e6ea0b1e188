using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Reconciler.Emulator.Tests.Support;

/// <summary>One answer, read to its end.</summary>
internal sealed record Reply(int Status, string Text, string? ContentType, HttpHeaders Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Header(string name) =>
        Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(',', values) : null;

    public string Key => Json.GetProperty("key").GetString()!;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync(ct);
        return new Reply(
            (int)response.StatusCode,
            Encoding.UTF8.GetString(body),
            response.Content.Headers.ContentType?.ToString(),
            response.Headers);
    }
}
