namespace Reconciler.Emulator.Wire;

/// <summary>Reads a raw query: repeated names keep their order, <c>+</c> is a space.</summary>
internal static class QueryString
{
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string query)
    {
        List<KeyValuePair<string, string>> pairs = [];
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            string value = equals < 0 ? "" : part[(equals + 1)..];
            pairs.Add(new(Decode(name), Decode(value)));
        }

        return pairs;
    }

    public static string? First(string query, string name) =>
        Parse(query).Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

    private static string Decode(string raw) =>
        Uri.UnescapeDataString(raw.Replace('+', ' '));
}
