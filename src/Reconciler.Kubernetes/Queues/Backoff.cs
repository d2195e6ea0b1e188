namespace Reconciler.Kubernetes.Queues;

/// <summary>
/// Exponential delays with decorrelated jitter: each delay is drawn between <paramref name="initial"/> and three times
/// the one before, and never exceeds <paramref name="cap"/>. Pure; the caller keeps the previous delay.
/// </summary>
/// <param name="initial">Shortest delay, also the first one's lower bound. Positive.</param>
/// <param name="cap">Longest delay. At least <paramref name="initial"/>.</param>
public sealed class Backoff(TimeSpan initial, TimeSpan cap)
{
    // Decorrelated jitter: growth by up to 3 desynchronises clients that failed at the same instant.
    private const double GrowthMax = 3;

    public TimeSpan Initial { get; } = initial > TimeSpan.Zero
        ? initial
        : throw new ArgumentOutOfRangeException(nameof(initial), initial, "The first delay must be positive.");

    public TimeSpan Cap { get; } = cap >= initial
        ? cap
        : throw new ArgumentOutOfRangeException(nameof(cap), cap, "The cap must not be below the first delay.");

    /// <summary>The delay after <paramref name="previous"/> (zero if there was none).</summary>
    /// <param name="previous">The delay that this method returned last, or zero.</param>
    /// <param name="sample">A uniform random number in [0, 1).</param>
    public TimeSpan Next(TimeSpan previous, double sample)
    {
        double low = Initial.Ticks;
        var high = Math.Max(low, previous.Ticks) * GrowthMax;
        var drawn = low + (Math.Clamp(sample, 0, 1) * (high - low));
        return TimeSpan.FromTicks((long)Math.Min(drawn, Cap.Ticks));
    }
}
