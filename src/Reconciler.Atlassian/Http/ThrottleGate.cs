namespace Reconciler.Atlassian.Http;

/// <summary>
/// Closed while the remote asked for silence: nothing of this installation is sent before it opens (I10). Measured on
/// the monotonic clock, so a step of the wall clock neither opens nor locks it.
/// </summary>
internal sealed class ThrottleGate(TimeProvider time, Func<double> random)
{
    private static readonly TimeSpan UnannouncedMax = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private long _closedAt;
    private TimeSpan _closedFor;
    private int _unannounced;

    /// <summary>How long the gate stays closed; null when it is open.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            lock (_gate)
            {
                return Remaining_Locked();
            }
        }
    }

    /// <summary>Closes the gate; a shorter wish never shortens a longer one.</summary>
    /// <param name="wish">What the remote asked for. Null: 2, 4, 8, 16 s × U(0.7, 1.3), at most 30 s (reference.md §9).
    /// </param>
    /// <returns>How long it is closed from now.</returns>
    public TimeSpan Close(TimeSpan? wish)
    {
        lock (_gate)
        {
            var wait = wish ?? Unannounced_Locked();
            if (Remaining_Locked() is { } remaining && remaining >= wait)
            {
                return remaining;
            }

            _closedAt = time.GetTimestamp();
            _closedFor = wait;
            return wait;
        }
    }

    /// <summary>The remote served a request again.</summary>
    public void Served()
    {
        lock (_gate)
        {
            _unannounced = 0;
        }
    }

    private TimeSpan? Remaining_Locked()
    {
        var remaining = _closedFor - time.GetElapsedTime(_closedAt);
        return _closedFor > TimeSpan.Zero && remaining > TimeSpan.Zero ? remaining : null;
    }

    private TimeSpan Unannounced_Locked()
    {
        var seconds = Math.Pow(2, Math.Min(++_unannounced, 5)) * (0.7 + (0.6 * random()));
        return TimeSpan.FromSeconds(Math.Min(seconds, UnannouncedMax.TotalSeconds));
    }
}
