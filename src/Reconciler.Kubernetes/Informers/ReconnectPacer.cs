using Reconciler.Kubernetes.Queues;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// Says how long to wait before the next connection. A watch that lived for a while and was closed in order is resumed
/// at once; anything else waits longer each time, with jitter, until a watch lives again (W4, W5).
/// </summary>
internal sealed class ReconnectPacer(Backoff backoff, TimeProvider time, Func<double> random)
{
    /// <summary>A watch that lived this long proves that the server works.</summary>
    public static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    private TimeSpan _previous;
    private long? _openedAt;

    public void Opened() => _openedAt = time.GetTimestamp();

    public TimeSpan AfterEnd(bool isOrderly)
    {
        var isHealthy = _openedAt is { } openedAt && time.GetElapsedTime(openedAt) >= Healthy;
        _openedAt = null;
        if (isHealthy)
        {
            _previous = TimeSpan.Zero;
            if (isOrderly)
            {
                return TimeSpan.Zero;
            }
        }

        return _previous = backoff.Next(_previous, random());
    }
}
