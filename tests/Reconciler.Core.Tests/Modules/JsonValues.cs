using System.Globalization;
using System.Text.Json;

namespace Reconciler.Core.Tests.Modules;

/// <summary>A random JSON value that prints itself in random member order and spacing.</summary>
internal abstract record JsonValues
{
    public static JsonValues Object(Random random, int depth) => new Members(
        Enumerable.Range(0, random.Next(0, 5))
            .Select(_ => Text(random))
            .Distinct(StringComparer.Ordinal)
            .Select(name => KeyValuePair.Create(name, Any(random, depth - 1)))
            .ToArray());

    public abstract string Print(Random style);

    private static JsonValues Any(Random random, int depth) => random.Next(depth > 0 ? 6 : 4) switch
    {
        0 => new Leaf(random.Next(2) == 0 ? "true" : "null"),
        1 => new Leaf(random.NextInt64(-100000, 100000).ToString(CultureInfo.InvariantCulture)),
        2 => new Leaf(random.NextDouble().ToString("R", CultureInfo.InvariantCulture)),
        3 => new Leaf(JsonSerializer.Serialize(Text(random))),
        4 => new Items(Enumerable.Range(0, random.Next(0, 4)).Select(_ => Any(random, depth - 1)).ToArray()),
        _ => Object(random, depth),
    };

    private static string Text(Random random)
    {
        const string alphabet = "abkey\"\\/\n\u0001é€דּ<";
        return string.Concat(
            Enumerable.Range(0, random.Next(1, 5)).Select(_ => alphabet[random.Next(alphabet.Length)]));
    }

    private static string Space(Random style) => style.Next(3) == 0 ? " \n" : "";

    private sealed record Leaf(string Json) : JsonValues
    {
        public override string Print(Random style) => Space(style) + Json + Space(style);
    }

    private sealed record Items(JsonValues[] Values) : JsonValues
    {
        public override string Print(Random style) =>
            $"[{Space(style)}{string.Join(',', Values.Select(value => value.Print(style)))}]";
    }

    private sealed record Members(KeyValuePair<string, JsonValues>[] Values) : JsonValues
    {
        public override string Print(Random style)
        {
            var shuffled = Values.ToArray();
            style.Shuffle(shuffled);
            return "{" + string.Join(',', shuffled.Select(member =>
                $"{Space(style)}{JsonSerializer.Serialize(member.Key)}:{member.Value.Print(style)}")) + "}";
        }
    }
}
