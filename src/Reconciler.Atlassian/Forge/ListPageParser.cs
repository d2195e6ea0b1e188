using System.Text.Json;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Forge;

/// <summary>
/// Reads every list shape that a public page shows (X1, reference.md §2.5): a bare array, an object with one of seven
/// names and one of four token names, a token in a header, and objects without brackets (P2). What cannot be read in
/// full is refused: a module left out would look deleted.
/// </summary>
internal static class ListPageParser
{
    private static readonly string[] ListNames =
        ["result", "results", "modules", "values", "items", "data", "dynamicModules"];

    private static readonly string[] TokenNames = ["nextPageToken", "lastEvaluatedKey", "cursor", "next"];
    private static readonly string[] TokenHeaders = ["nextPageToken", "x-next-page-token"];

    /// <exception cref="FormatException">The body is no list; the message says what it is.</exception>
    public static ListPage Parse(ReadOnlyMemory<byte> body, ReplyHeaders headers)
    {
        using var document = ParseLenient(body);
        var root = document.RootElement;
        var headerToken = HeaderToken(headers);
        return root.ValueKind switch
        {
            JsonValueKind.Array => new ListPage(ReadAll(root), headerToken, IsBare: true),
            JsonValueKind.Object => FromObject(root, headerToken),
            _ => throw new FormatException($"expected a list of modules, found {root.ValueKind}"),
        };
    }

    private static JsonDocument ParseLenient(ReadOnlyMemory<byte> body)
    {
        try
        {
            return ModuleJson.Parse(body);
        }
        catch (FormatException) when (body.Span.TrimStart(" \r\n\t"u8).StartsWith("{"u8))
        {
            return ModuleJson.Parse((byte[])[(byte)'[', .. body.Span, (byte)']']);
        }
    }

    private static ListPage FromObject(JsonElement root, string? headerToken)
    {
        foreach (var name in ListNames)
        {
            if (root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array)
            {
                return new ListPage(ReadAll(list), Token(root) ?? headerToken, IsBare: false);
            }
        }

        // P2 with exactly one module: an object in its own right.
        if (ModuleJson.Text(root, "key") is not null && ModuleJson.Text(root, "type") is not null)
        {
            return new ListPage([ModuleJson.Read(root)], headerToken, IsBare: true);
        }

        throw new FormatException("an object without a list of modules");
    }

    private static List<ObservedModule> ReadAll(JsonElement list)
    {
        var modules = new List<ObservedModule>(list.GetArrayLength());
        foreach (var element in list.EnumerateArray())
        {
            modules.Add(ModuleJson.Read(element));
        }

        return modules;
    }

    private static string? Token(JsonElement root)
    {
        foreach (var name in TokenNames)
        {
            if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (value.ValueKind != JsonValueKind.String)
            {
                // There is more, and we cannot ask for it: not the end of the list.
                throw new FormatException($"the page token '{name}' is {value.ValueKind}, not a string");
            }

            if (ModuleJson.Text(root, name) is { } token)
            {
                return FromLink(token);
            }
        }

        return null;
    }

    private static string? HeaderToken(ReplyHeaders headers)
    {
        foreach (var name in TokenHeaders)
        {
            if (!string.IsNullOrEmpty(headers[name]))
            {
                return headers[name];
            }
        }

        var link = headers["Link"];
        if (link is null || !link.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var target = link.Split(',').First(part => part.Contains("next", StringComparison.OrdinalIgnoreCase));
        return FromLink(target.Split(';')[0].Trim(' ', '<', '>'));
    }

    /// <summary>A token that is a URL is only read for its own token; no URL of an answer is ever followed.</summary>
    private static string FromLink(string token)
    {
        if (!token.StartsWith("http", StringComparison.OrdinalIgnoreCase) && !token.StartsWith('/'))
        {
            return token;
        }

        var query = token.Contains('?', StringComparison.Ordinal)
            ? token[(token.IndexOf('?', StringComparison.Ordinal) + 1)..]
            : "";
        foreach (var pair in query.Split('&'))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length == 2 && parts[0] is "nextPageToken" or "cursor" or "lastEvaluatedKey")
            {
                return Uri.UnescapeDataString(parts[1]);
            }
        }

        return token;
    }
}
