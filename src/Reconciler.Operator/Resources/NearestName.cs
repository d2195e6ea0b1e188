namespace Reconciler.Operator.Resources;

/// <summary>"Did you mean": the known name that needs the fewest edits, if they are few.</summary>
internal static class NearestName
{
    public static string Explain(string path, string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        var nearest = names
            .Select(candidate => (Name: candidate, Edits: Edits(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Edits)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        var hint = nearest.Name is not null && nearest.Edits <= Math.Max(2, name.Length / 3)
            ? $"did you mean {nearest.Name}?"
            : $"known are {string.Join(", ", names)}";
        return $"{path} is not a known field: {hint}";
    }

    /// <summary>Levenshtein distance.</summary>
    private static int Edits(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
