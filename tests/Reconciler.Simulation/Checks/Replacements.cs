using Reconciler.Core.Ledgers;

namespace Reconciler.Simulation.Checks;

/// <summary>
/// Updates on a remote without an update verb, as the ledger announces them: delete + register (docs/remote-apis.md,
/// "Replacement in Connect"). Knows which were open when, and which have removed a module and not registered one again.
/// </summary>
internal sealed class Replacements
{
    private readonly Dictionary<string, List<(TimeSpan Opened, TimeSpan? Ended)>> _announced =
        new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _halves = new(StringComparer.Ordinal);

    /// <summary>Key → UID of the resource whose module is absent by our own doing (T8r).</summary>
    public IReadOnlyDictionary<string, string> Halves => _halves;

    public static string New(string key) => $"replace-{key}";

    public static string Former(string key) => $"restore-{key}";

    public static bool Names(string attempt, string key) => attempt == New(key) || attempt == Former(key);

    public void Note(Ledger? previous, Ledger next, TimeSpan now)
    {
        var before = Keys(previous);
        var after = Keys(next);
        foreach (var key in after.Except(before))
        {
            Of(key).Add((now, null));
        }

        foreach (var key in before.Except(after))
        {
            Of(key)[^1] = (Of(key)[^1].Opened, now);
        }
    }

    /// <summary>A replacement of the key was announced and not known to be ended when a request was sent.</summary>
    public bool WasOpen(string key, TimeSpan sentAt) =>
        _announced.TryGetValue(key, out var spans)
        && spans.Exists(span => span.Opened <= sentAt && (span.Ended is not { } ended || sentAt <= ended));

    public void Removed(string key, string uid) => _halves[key] = uid;

    public void Registered(string key) => _halves.Remove(key);

    private List<(TimeSpan Opened, TimeSpan? Ended)> Of(string key)
    {
        if (!_announced.TryGetValue(key, out var spans))
        {
            _announced[key] = spans = [];
        }

        return spans;
    }

    private static HashSet<string> Keys(Ledger? ledger) => ledger is null
        ? []
        : ledger.Entries.Values.Where(static entry => entry.Replacing).Select(static entry => entry.Key!)
            .ToHashSet(StringComparer.Ordinal);
}
