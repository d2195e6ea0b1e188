using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reconciler.Atlassian.Http;

/// <summary>
/// Makes one short sentence of any error body: the platform's <c>{message}</c>, Jira's <c>{errorMessages, errors}</c>,
/// gateways' <c>{code, message}</c>, HTML, plain text or nothing (reference.md §2.4, §7.3). Control characters and
/// credentials never pass.
/// </summary>
internal static class ErrorSentence
{
    public const int LengthMax = 300;
    private const int DepthMax = 1024;
    private const int BodyBytesRead = 16 * 1024;
    private const string Redacted = "(redacted)";

    public static string From(RemoteReply reply)
    {
        var body = WithoutLead(reply.Body);
        var text = Start(body.Span);
        var said = text.StartsWith('<') ? "an HTML page instead of JSON" : Read(body, FromElement) ?? text;
        var clean = Clean(said, reply.Secrets);
        return clean.Length == 0 ? $"HTTP {reply.Status} without a message" : $"HTTP {reply.Status}: {clean}";
    }

    /// <summary>Begins as JSON and does not end so.</summary>
    public static bool IsBroken(ReadOnlyMemory<byte> body)
    {
        var text = WithoutLead(body);
        return text.Span is [(byte)'{' or (byte)'[', ..] && !Read(text, static _ => true);
    }

    /// <summary>Strips what cannot be seen, blanks out secrets and cuts to <see cref="LengthMax"/>.</summary>
    public static string Clean(string text, IReadOnlyList<string> secrets)
    {
        // Stripped first: a credential that comes back with something invisible inside would become whole afterwards.
        text = string.Concat(text.Where(IsVisible));
        foreach (var secret in secrets.Where(secret => secret.Length > 0).OrderByDescending(secret => secret.Length))
        {
            text = text.Replace(secret, Redacted, StringComparison.Ordinal);
        }

        var clean = new StringBuilder(Math.Min(text.Length, LengthMax));
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            clean.Append(clean.Length == 0 ? "" : " ").Append(IsToken(word) ? Redacted : word);
            if (clean.Length > LengthMax)
            {
                clean.Length = LengthMax - 1;
                clean.Append('…');
                break;
            }
        }

        var sentence = clean.ToString();
        return secrets.Any(secret => HidesIn(sentence, secret)) ? $"{Redacted}: it repeats a credential" : sentence;
    }

    /// <summary>Whether it is there once white space and signs that no credential has are left out: marks that are
    /// drawn over their neighbour, fillers, anything that could be put between its characters.</summary>
    private static bool HidesIn(string sentence, string secret) =>
        Bare(secret) is { Length: > 0 } bare && Bare(sentence).Contains(bare, StringComparison.Ordinal);

    private static string Bare(string text) => string.Concat(text.Where(static c => c is > ' ' and < '\x7f'));

    // A JWT of anyone: header and claims both start with base64url of '{"'.
    private static bool IsToken(string word) => word.Length > 40 && word.Contains("eyJ", StringComparison.Ordinal);

    // White space divides words. Surrogates may have been cut in half; marks of format (zero width, direction) hide.
    private static bool IsVisible(char c) =>
        char.IsWhiteSpace(c)
        || !(char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format);

    // As much as a sentence can need; where that cuts a word, it may be a credential that is no longer recognised.
    private static string Start(ReadOnlySpan<byte> body)
    {
        if (body.Length <= BodyBytesRead)
        {
            return Encoding.UTF8.GetString(body);
        }

        var start = Encoding.UTF8.GetString(body[..BodyBytesRead]);
        return start[..(start.AsSpan().LastIndexOfAny(' ', '\n') + 1)];
    }

    // White space and a byte order mark.
    private static ReadOnlyMemory<byte> WithoutLead(ReadOnlyMemory<byte> body) =>
        body[(body.Length - body.Span.TrimStart(" \r\n\t\uFEFF"u8).Length)..];

    private static T? Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T?> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DepthMax });
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static string? FromElement(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.String)
        {
            return root.GetString();
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var parts = new List<string>();
        foreach (var name in (ReadOnlySpan<string>)["message", "errorMessage", "error_description", "error", "detail"])
        {
            if (root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
            {
                parts.Add(text.GetString()!);
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["errorMessages", "errors", "errorCollection"])
        {
            if (root.TryGetProperty(name, out var many))
            {
                Collect(many, parts, depth: 0);
            }
        }

        return parts.Count == 0 ? null : string.Join("; ", parts.Distinct(StringComparer.Ordinal));
    }

    private static void Collect(JsonElement element, List<string> parts, int depth)
    {
        if (depth > 3 || parts.Count > 10)
        {
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                parts.Add(element.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var child in element.EnumerateArray())
                {
                    Collect(child, parts, depth + 1);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    CollectMember(member, parts, depth);
                }

                break;
        }
    }

    private static void CollectMember(JsonProperty member, List<string> parts, int depth)
    {
        if (member.Value.ValueKind == JsonValueKind.String && !member.NameEquals("message"))
        {
            parts.Add($"{member.Name}: {member.Value.GetString()}");
            return;
        }

        Collect(member.Value, parts, depth + 1);
    }
}
