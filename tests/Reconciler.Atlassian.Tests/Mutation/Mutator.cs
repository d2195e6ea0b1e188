using System.Text;
using System.Text.Json.Nodes;

namespace Reconciler.Atlassian.Tests.Mutation;

/// <summary>Damages a response body in the ways that networks, proxies and careless servers do. Seeded.</summary>
internal sealed class Mutator(int seed)
{
    private readonly Random _random = new(seed);

    public byte[] Mutate(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return _random.Next(14) switch
        {
            0 => bytes[.._random.Next(bytes.Length + 1)],
            1 => Flip(bytes),
            2 => Insert(bytes),
            3 or 4 or 5 => ReplaceNode(body),
            6 => Encoding.Unicode.GetBytes(body),
            7 => Encoding.Latin1.GetBytes(body.Replace("trigger", "trïgger", StringComparison.Ordinal)),
            8 => Encoding.UTF8.GetBytes($"<!DOCTYPE html><html><body>{body}</body></html>"),
            9 => [],
            10 => [.. bytes, .. bytes],
            11 => Encoding.UTF8.GetBytes(new string('[', 5000) + body + new string(']', 5000)),
            12 => Encoding.UTF8.GetBytes(body + new string(' ', _random.Next(70_000))),
            _ => Enumerable.Range(0, _random.Next(200)).Select(_ => (byte)_random.Next(256)).ToArray(),
        };
    }

    public int Status(int usual) => _random.Next(3) > 0
        ? usual
        : new[]
        {
            200, 201, 202, 204, 301, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 418, 422, 429,
            500, 502, 503, 504, 599,
        }[_random.Next(23)];

    public (string Name, string Value)[] Headers() => _random.Next(4) > 0 ? [] :
    [
        ("Retry-After", Pick("0", "-1", "soon", "1e9", "Thu, 99 Foo 2026", "0.5", "99999999999999999999")),
        ("Content-Type", Pick("text/html", "application/json; charset=utf-7", "nonsense", ";;;")),
        ("Location", Pick("http://evil.example/x", "//x", "%%%", "file:///etc/passwd")),
        ("Link", Pick("<>; rel=\"next\"", "rel=\"next\"", "<http://h/?nextPageToken=%zz>; rel=\"next\"")),
        ("atl-traceid", Pick("t-1", "a b", new string('x', 500))),
    ];

    private byte[] Flip(byte[] bytes)
    {
        var damaged = bytes.ToArray();
        damaged[_random.Next(damaged.Length)] ^= (byte)(1 << _random.Next(8));
        return damaged;
    }

    private byte[] Insert(byte[] bytes)
    {
        var at = _random.Next(bytes.Length + 1);
        var noise = new byte[_random.Next(1, 8)];
        _random.NextBytes(noise);
        return [.. bytes[..at], .. noise, .. bytes[at..]];
    }

    private byte[] ReplaceNode(string body)
    {
        var root = JsonNode.Parse(body)!;
        var slots = new List<Action<JsonNode?>>();
        Collect(root, slots);
        if (slots.Count > 0)
        {
            slots[_random.Next(slots.Count)](Replacement());
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private JsonNode? Replacement() => _random.Next(9) switch
    {
        0 => null,
        1 => JsonValue.Create(_random.Next(-5, 5)),
        2 => JsonValue.Create(true),
        3 => new JsonArray(),
        4 => new JsonObject(),
        5 => JsonValue.Create(""),
        6 => JsonValue.Create(new string('x', _random.Next(5_000))),
        7 => JsonNode.Parse(new string('[', 60) + new string(']', 60)),
        _ => JsonValue.Create(double.MaxValue),
    };

    private string Pick(params string[] values) => values[_random.Next(values.Length)];

    private static void Collect(JsonNode? node, List<Action<JsonNode?>> slots)
    {
        switch (node)
        {
            case JsonObject container:
                foreach (var (name, child) in container.ToArray())
                {
                    slots.Add(value => container[name] = value);
                    slots.Add(_ => container.Remove(name));
                    Collect(child, slots);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    var at = i;
                    slots.Add(value => list[at] = value);
                    Collect(list[i], slots);
                }

                break;
        }
    }
}
