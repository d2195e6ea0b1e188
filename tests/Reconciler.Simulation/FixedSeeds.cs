using System.Globalization;
using Reconciler.Core.Modules;

namespace Reconciler.Simulation;

/// <summary>seeds.txt: one seed per line, the API where it is not Forge v2 and, after a dash, what it once found.
/// </summary>
internal static class FixedSeeds
{
    public static IEnumerable<(ulong Seed, RemoteApi Api)> Read()
    {
        using var stream = typeof(FixedSeeds).Assembly.GetManifestResourceStream("seeds.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ', 3);
            if (words[0] is { Length: > 0 } word && word[0] != '#')
            {
                yield return (
                    ulong.Parse(word, CultureInfo.InvariantCulture),
                    words[1] == "-" ? RemoteApi.ForgeV2 : Enum.Parse<RemoteApi>(words[1]));
            }
        }
    }
}
