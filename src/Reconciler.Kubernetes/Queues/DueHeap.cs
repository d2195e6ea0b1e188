namespace Reconciler.Kubernetes.Queues;

/// <summary>
/// Keys by due time, O(log n). A key whose due time changed leaves a stale entry behind; entries are checked against
/// the key's own due time when they surface and are compacted when stale ones outnumber live ones.
/// </summary>
internal sealed class DueHeap<TKey>
{
    private const int CompactionMin = 64;

    private readonly PriorityQueue<KeyState<TKey>, (long Due, long Sequence)> _heap = new();
    private long _sequence;

    /// <summary>Keys with a due time.</summary>
    public int Count { get; private set; }

    /// <summary>Entries held, stale ones included.</summary>
    public int Entries => _heap.Count;

    /// <summary>Schedules a key; the earliest due time wins. True if this call changed it.</summary>
    public bool Schedule(KeyState<TKey> state, long due)
    {
        if (state.Due is { } present && present <= due)
        {
            return false;
        }

        Count += state.Due is null ? 1 : 0;
        state.Due = due;
        _heap.Enqueue(state, (due, _sequence++));
        if (_heap.Count > CompactionMin && _heap.Count > 2 * Count)
        {
            Compact();
        }

        return true;
    }

    /// <summary>The earliest due time; null if nothing is scheduled.</summary>
    public long? NextDue()
    {
        while (_heap.TryPeek(out var state, out var at))
        {
            if (state.Due == at.Due)
            {
                return at.Due;
            }

            _heap.Dequeue();
        }

        return null;
    }

    /// <summary>Removes and returns one key that is due at <paramref name="now"/>; null if none is.</summary>
    public KeyState<TKey>? TakeDue(long now)
    {
        if (NextDue() is not { } due || due > now)
        {
            return null;
        }

        var state = _heap.Dequeue();
        state.Due = null;
        Count--;
        return state;
    }

    public void Clear()
    {
        foreach (var (state, _) in _heap.UnorderedItems)
        {
            state.Due = null;
        }

        _heap.Clear();
        Count = 0;
    }

    private void Compact()
    {
        var live = _heap.UnorderedItems.Where(entry => entry.Element.Due == entry.Priority.Due)
            .DistinctBy(entry => entry.Element).ToArray();
        _heap.Clear();
        foreach (var (state, at) in live)
        {
            _heap.Enqueue(state, at);
        }
    }
}
