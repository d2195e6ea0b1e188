using System.Collections.Immutable;
using Reconciler.Core.Modules;

namespace Reconciler.Core.Execution;

/// <summary>
/// Notices that somebody else keeps changing a module: three corrections in ten minutes, and we stop until they are ten
/// minutes old. This is how two clusters on one installation become visible (crash-safety.md §6).
/// </summary>
internal sealed class ContentionWatch(TimeProvider time)
{
    private const int Limit = 3;
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, List<long>> _corrections = new(StringComparer.Ordinal);

    /// <summary>Key → the content our last correction replaced.</summary>
    public ImmutableDictionary<string, Fingerprint> LastCorrected { get; private set; } =
        ImmutableDictionary.Create<string, Fingerprint>(StringComparer.Ordinal);

    public void Add(string key, Fingerprint observed)
    {
        LastCorrected = LastCorrected.SetItem(key, observed);
        if (!_corrections.TryGetValue(key, out var times))
        {
            _corrections[key] = times = [];
        }

        times.Add(time.GetTimestamp());
    }

    public ImmutableHashSet<string> Contended(long now)
    {
        foreach (var (key, times) in _corrections.ToArray())
        {
            times.RemoveAll(at => time.GetElapsedTime(at, now) >= Span);
            if (times.Count == 0)
            {
                _corrections.Remove(key);
                LastCorrected = LastCorrected.Remove(key);
            }
        }

        return
        [
            .. _corrections.Where(pair => pair.Value.Count >= Limit).Select(pair => pair.Key),
        ];
    }
}
