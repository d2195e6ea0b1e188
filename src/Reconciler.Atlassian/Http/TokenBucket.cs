namespace Reconciler.Atlassian.Http;

/// <summary>
/// Paces the requests of one installation: <paramref name="perSecond"/> on average, as many at once after a rest.
/// Callers reserve a place and wait their turn, so waiting is fair and costs one timer.
/// </summary>
internal sealed class TokenBucket(int perSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly double _capacity = Math.Max(1, perSecond);
    private double _tokens = Math.Max(1, perSecond);
    private long _refilledAt = time.GetTimestamp();

    /// <summary>What is left now; below zero when places are reserved ahead.</summary>
    public double Tokens
    {
        get
        {
            lock (_gate)
            {
                Refill_Locked();
                return _tokens;
            }
        }
    }

    /// <summary>Takes one token, now or in the near future.</summary>
    /// <param name="waitMax">The longest wait the caller would accept.</param>
    /// <param name="wait">How long to wait before sending; when refused,
    /// how long until it is worth asking again.</param>
    /// <returns>False when the wait would be longer than <paramref name="waitMax"/>; nothing is taken then.</returns>
    public bool TryReserve(TimeSpan waitMax, out TimeSpan wait)
    {
        lock (_gate)
        {
            Refill_Locked();
            wait = _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / _capacity);
            if (wait > waitMax)
            {
                return false;
            }

            _tokens -= 1;
            return true;
        }
    }

    private void Refill_Locked()
    {
        var now = time.GetTimestamp();
        var earned = time.GetElapsedTime(_refilledAt, now).TotalSeconds * _capacity;
        _tokens = Math.Min(_capacity, _tokens + Math.Max(0, earned));
        _refilledAt = now;
    }
}
