namespace Reconciler.Kubernetes.Queues;

/// <summary>Who is slow, and who has which of the places for slow work. Not thread-safe; under the lock of its
/// user.</summary>
internal sealed class SlowPlaces<TKey>(int count)
    where TKey : notnull
{
    private readonly HashSet<TKey> _known = [];
    private readonly LinkedList<LaneRun<TKey>> _overdue = new();
    private readonly Queue<TKey> _parked = new();
    private readonly Dictionary<TKey, WorkPriority> _priorities = [];
    private readonly HashSet<TKey> _called = [];
    private int _taken;

    /// <summary>Keys that wait for a slow place.</summary>
    public int Parked => _parked.Count;

    /// <summary>Whether the work may begin: in a slow place if its key is known to be slow. If none is free the key is
    /// parked, and called when its turn has come.</summary>
    public bool Admit(LaneRun<TKey> run)
    {
        var key = run.Ticket.Key;
        if (!_known.Contains(key) && !_called.Contains(key))
        {
            return true;
        }

        if (_called.Remove(key) || TryTake())
        {
            run.IsAside = true;
            return true;
        }

        Park(key, run.Ticket.Priority);
        return false;
    }

    /// <summary>The work has outlasted the patience. True if it went to a slow place; else it does when one is
    /// free.</summary>
    public bool Outlast(LaneRun<TKey> run)
    {
        if (run.HasEnded || run.IsAside)
        {
            return false;
        }

        if (TryTake() || Reclaim())
        {
            return run.IsAside = true;
        }

        _overdue.AddLast(run);
        return false;
    }

    /// <summary>The work is over. Its slow place goes to who holds up quick ones, else to who waits longest.</summary>
    public SlowTurn<TKey> End(LaneRun<TKey> run, bool wasSlow)
    {
        run.HasEnded = true;
        _overdue.Remove(run);
        if (wasSlow)
        {
            _known.Add(run.Ticket.Key);
        }
        else
        {
            _known.Remove(run.Ticket.Key);
        }

        return run.IsAside ? HandOver() : default;
    }

    private SlowTurn<TKey> HandOver()
    {
        if (_overdue.First?.Value is { } next)
        {
            _overdue.RemoveFirst();
            next.IsAside = true;
            return new(next, false, default!, default);
        }

        if (_parked.TryDequeue(out var key))
        {
            _priorities.Remove(key, out var priority);
            _called.Add(key);
            return new(null, true, key, priority);
        }

        _taken--;
        return default;
    }

    /// <summary>A key that was called may wait for a quick place behind this very work: its slow place stands empty
    /// meanwhile. It asks for another when it is taken.</summary>
    private bool Reclaim() => _called.Count > 0 && _called.Remove(_called.First());

    private bool TryTake()
    {
        if (_taken >= count)
        {
            return false;
        }

        _taken++;
        return true;
    }

    private void Park(TKey key, WorkPriority priority)
    {
        if (!_priorities.TryGetValue(key, out var known))
        {
            _parked.Enqueue(key);
        }

        _priorities[key] = known > priority ? known : priority;
    }
}

/// <summary>One piece of work in a <see cref="WorkLanes{TKey}"/>.</summary>
internal sealed class LaneRun<TKey>(WorkTicket<TKey> ticket)
{
    public WorkTicket<TKey> Ticket { get; } = ticket;

    public bool HasEnded { get; set; }

    /// <summary>It has a slow place, and another serves in its stead.</summary>
    public bool IsAside { get; set; }
}

/// <summary>What becomes of a slow place that is given back: work moves to it, a parked key is called, or it is
/// free.</summary>
internal readonly record struct SlowTurn<TKey>(
    LaneRun<TKey>? Moved, bool IsCalled, TKey Called, WorkPriority Priority);
