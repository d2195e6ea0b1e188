using System.Net.Http.Headers;

namespace Reconciler.Atlassian.Http;

/// <summary>Response headers by name, case-insensitive, first value only: all that the protocol uses.</summary>
internal sealed class ReplyHeaders(IReadOnlyDictionary<string, string> values)
{
    private const int TraceIdLengthMax = 64;
    private static readonly string[] TraceNames = ["atl-traceid", "x-trace-id", "atl-request-id"];

    public static ReplyHeaders Empty { get; } = new(new Dictionary<string, string>());

    public string? this[string name] => values.GetValueOrDefault(name);

    /// <summary>The id to quote to support (reference.md §2.4), null when absent or not printable.</summary>
    public string? TraceId
    {
        get
        {
            var id = TraceNames.Select(name => this[name]).FirstOrDefault(value => !string.IsNullOrEmpty(value));
            return id is { Length: <= TraceIdLengthMax } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
                ? id
                : null;
        }
    }

    public static ReplyHeaders From(HttpResponseMessage response)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Copy(response.Headers, values);
        Copy(response.Content.Headers, values);
        return new ReplyHeaders(values);
    }

    private static void Copy(HttpHeaders from, Dictionary<string, string> to)
    {
        // NonValidated: a malformed header of the remote must not throw here.
        foreach (var (name, headerValues) in from.NonValidated)
        {
            foreach (var value in headerValues)
            {
                to.TryAdd(name, value);
                break;
            }
        }
    }
}
