using System.Globalization;
using Reconciler.Core.Modules;

namespace Reconciler.Simulation;

/// <summary>seeds.txt: one seed per line, the API where it is not Forge v2, the word "stops" where operators are asked
/// to stop and, after a dash, what it once found.</summary>
internal static class FixedSeeds
{
    public static IEnumerable<(ulong Seed, RemoteApi Api, bool Stops)> Read()
    {
        using var stream = typeof(FixedSeeds).Assembly.GetManifestResourceStream("seeds.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(" - ", 2)[0].Split(' ');
            if (words[0] is { Length: > 0 } word && word[0] != '#')
            {
                var stops = words[^1] == "stops";
                var api = words[1..(stops ? ^1 : ^0)];
                yield return (
                    ulong.Parse(word, CultureInfo.InvariantCulture),
                    api is [var name] ? Enum.Parse<RemoteApi>(name) : RemoteApi.ForgeV2, stops);
            }
        }
    }
}
