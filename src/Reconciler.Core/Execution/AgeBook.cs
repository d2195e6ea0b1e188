using System.Collections.Immutable;

namespace Reconciler.Core.Execution;

/// <summary>Monotonic times by key: when something was first seen or last done by this process.</summary>
internal sealed class AgeBook(TimeProvider time)
{
    private readonly Dictionary<string, long> _times = new(StringComparer.Ordinal);

    /// <summary>Keeps the earlier time.</summary>
    public void First(string key, long at) => _times.TryAdd(key, at);

    /// <summary>Keeps the later time.</summary>
    public void Last(string key, long at) => _times[key] = at;

    public void Forget(string key) => _times.Remove(key);

    public void KeepOnly(IReadOnlySet<string> keys)
    {
        foreach (var key in _times.Keys.Where(key => !keys.Contains(key)).ToArray())
        {
            _times.Remove(key);
        }
    }

    public void ForgetOlderThan(TimeSpan age, long now)
    {
        foreach (var key in _times.Keys.Where(key => time.GetElapsedTime(_times[key], now) > age).ToArray())
        {
            _times.Remove(key);
        }
    }

    public TimeSpan? Age(string key, long now) =>
        _times.TryGetValue(key, out var at) ? time.GetElapsedTime(at, now) : null;

    public ImmutableDictionary<string, TimeSpan> Ages(long now) => _times.ToImmutableDictionary(
        pair => pair.Key, pair => time.GetElapsedTime(pair.Value, now), StringComparer.Ordinal);
}
