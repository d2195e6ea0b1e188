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
            return id is { Length: <= TraceIdLengthMax }
                && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
                ? id
                : null;
        }
    }

    /// <summary>Headers that hold one of the <paramref name="secrets"/> are left out: a remote that throws the
    /// credential back as a trace id would else put it into logs and statuses.</summary>
    public static ReplyHeaders From(HttpResponseMessage response, IReadOnlyList<string> secrets)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Copy(response.Headers, values, secrets);
        Copy(response.Content.Headers, values, secrets);
        return new ReplyHeaders(values);
    }

    private static void Copy(HttpHeaders from, Dictionary<string, string> to, IReadOnlyList<string> secrets)
    {
        // NonValidated: a malformed header of the remote must not throw here.
        foreach (var (name, headerValues) in from.NonValidated)
        {
            foreach (var value in headerValues)
            {
                // A host in Location is read in lower case.
                if (!secrets.Any(secret => value.Contains(secret, StringComparison.OrdinalIgnoreCase)))
                {
                    to.TryAdd(name, value);
                }

                break;
            }
        }
    }
}
