namespace Reconciler.Kubernetes.Events;

/// <summary>What is remembered about one object: its last event, how often it repeated, and its allowance.</summary>
internal sealed class ObjectEvents(int burst, long now)
{
    private double _allowance = burst;
    private long _refilledAt = now;

    /// <summary>The last event that was written, and the name it has on the server.</summary>
    public EventEntry? Last { get; private set; }

    public string Name { get; private set; } = "";

    public int Count { get; private set; }

    public long UsedAt { get; private set; } = now;

    public bool IsRepetition(EventEntry entry) => entry == Last;

    public void Started(EventEntry entry, string name) => (Last, Name, Count) = (entry, name, 1);

    /// <summary>The count goes up even when the write is not allowed, so that the next one tells the true number.
    /// </summary>
    public void Repeated() => Count++;

    /// <summary>The event is no longer on the server: the next one starts anew.</summary>
    public void Forget() => Last = null;

    /// <summary>Token bucket: takes one write if there is one.</summary>
    public bool TryTake(TimeProvider time, TimeSpan refillEvery)
    {
        UsedAt = time.GetTimestamp();
        _allowance = Math.Min(burst, _allowance + (time.GetElapsedTime(_refilledAt, UsedAt) / refillEvery));
        _refilledAt = UsedAt;
        if (_allowance < 1)
        {
            return false;
        }

        _allowance--;
        return true;
    }
}
