using Reconciler.Emulator.Settings;

namespace Reconciler.Emulator.State;

/// <summary>One token bucket per installation.</summary>
internal sealed class RateBuckets
{
    private readonly Dictionary<string, (double Tokens, DateTimeOffset At)> _buckets = new(StringComparer.Ordinal);

    /// <summary>Null when the request may pass, else how long until the next one may.</summary>
    public TimeSpan? Take(string installation, RateLimitSettings limit, DateTimeOffset now)
    {
        (double tokens, DateTimeOffset at) = _buckets.GetValueOrDefault(installation, (limit.Burst, now));
        double refilled = Math.Min(limit.Burst, tokens + ((now - at).TotalSeconds * limit.PerSecond));
        if (refilled >= 1)
        {
            _buckets[installation] = (refilled - 1, now);
            return null;
        }

        _buckets[installation] = (refilled, now);
        return TimeSpan.FromSeconds((1 - refilled) / limit.PerSecond);
    }

    public void Clear() => _buckets.Clear();
}
