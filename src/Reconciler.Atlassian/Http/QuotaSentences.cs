namespace Reconciler.Atlassian.Http;

/// <summary>The limit of modules has no status of its own (reference.md §2.7, §7.5, X13), so the words tell it from
/// refused data.</summary>
internal static class QuotaSentences
{
    private static readonly string[] Certain =
    [
        "module limit", "modules limit", "limit of dynamic modules", "too many dynamic modules", "too many modules",
        "maximum number of modules", "maximum number of dynamic modules",
    ];

    // These stand in sentences about the data, too.
    private static readonly string[] OfDynamicModules = ["maximum number", "more than"];

    public static bool Match(string message)
    {
        return Certain.Any(Holds) || (Holds("dynamic module") && OfDynamicModules.Any(Holds));

        bool Holds(string phrase) => message.Contains(phrase, StringComparison.OrdinalIgnoreCase);
    }
}
