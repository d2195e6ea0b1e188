using System.Globalization;

namespace Reconciler.Simulation;

/// <summary>seeds.txt: one seed per line and, after a dash, what it once found.</summary>
internal static class FixedSeeds
{
    public static IEnumerable<ulong> Read()
    {
        using var stream = typeof(FixedSeeds).Assembly.GetManifestResourceStream("seeds.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(' ', 2)[0] is { Length: > 0 } word && word[0] != '#')
            {
                yield return ulong.Parse(word, CultureInfo.InvariantCulture);
            }
        }
    }
}
