namespace Reconciler.Kubernetes.Queues;

/// <summary>Works a queue so that keys whose work hangs do not hold up the others.</summary>
/// <remarks>
/// <para>Flow: each place takes a ready key, works on it and gives it back. Work that outlasts the patience moves to a
/// slow place, as soon as one is free, and what it leaves takes the next key. A key that was slow the last time begins
/// in a slow place; while none is free it is parked, and called in turn.</para>
/// <para>Guarantees: at most places + slow places are worked on at once; a key that is known to be slow never holds the
/// place of a quick one; every taken key is given back; the run ends when all work has ended.</para>
/// <para>Assumptions: work ends by a deadline of its own and does not throw.</para>
/// <para>Caveats: while all slow places are taken, work that turns slow for the first time keeps its place.</para>
/// </remarks>
public sealed class WorkLanes<TKey>(WorkQueue<TKey> queue, WorkLanesOptions options, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly SlowPlaces<TKey> _slow = new(options.SlowPlaces);
    private readonly TaskCompletionSource _ended = new();
    private Exception? _failure;
    private int _open;

    /// <summary>Keys that are known to be slow and wait for a slow place; the queue does not know of them
    /// meanwhile.</summary>
    public int Parked
    {
        get
        {
            lock (_gate)
            {
                return _slow.Parked;
            }
        }
    }

    /// <summary>Works until <paramref name="intake"/> or the queue's end; completes when nothing is under way any
    /// more. Once.</summary>
    public async Task RunAsync(Func<WorkTicket<TKey>, Task> work, CancellationToken intake)
    {
        _open = options.Places;
        for (var place = 0; place < options.Places; place++)
        {
            _ = ServeAsync(work, intake);
        }

        await _ended.Task;
    }

    private async Task ServeAsync(Func<WorkTicket<TKey>, Task> work, CancellationToken intake)
    {
        try
        {
            while (await TakeAsync(intake) is { } ticket)
            {
                if (!await WorkAsync(ticket, work, intake))
                {
                    break;
                }
            }
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _failure ??= failure;
            }
        }

        Close();
    }

    private async Task<WorkTicket<TKey>?> TakeAsync(CancellationToken intake)
    {
        try
        {
            return intake.IsCancellationRequested ? null : await queue.TakeAsync(intake);
        }
        catch (OperationCanceledException) when (intake.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>False when another has begun to serve in its stead.</summary>
    private async Task<bool> WorkAsync(
        WorkTicket<TKey> ticket, Func<WorkTicket<TKey>, Task> work, CancellationToken intake)
    {
        var run = new LaneRun<TKey>(ticket);
        if (!Admit(run, work, intake))
        {
            queue.Done(ticket.Key);
            return true;
        }

        var began = time.GetTimestamp();
        await using var patience = time.CreateTimer(
            _ => Outlast(run, work, intake), null, options.Patience, Timeout.InfiniteTimeSpan);
        try
        {
            await work(ticket);
        }
        finally
        {
            End(run, time.GetElapsedTime(began), work, intake);
            queue.Done(ticket.Key);
        }

        return !run.IsAside;
    }

    private bool Admit(LaneRun<TKey> run, Func<WorkTicket<TKey>, Task> work, CancellationToken intake)
    {
        lock (_gate)
        {
            if (!_slow.Admit(run))
            {
                return false;
            }

            _open += run.IsAside ? 1 : 0;
        }

        if (run.IsAside)
        {
            _ = ServeAsync(work, intake);
        }

        return true;
    }

    private void Outlast(LaneRun<TKey> run, Func<WorkTicket<TKey>, Task> work, CancellationToken intake)
    {
        lock (_gate)
        {
            if (!_slow.Outlast(run))
            {
                return;
            }

            _open++;
        }

        _ = ServeAsync(work, intake);
    }

    private void End(
        LaneRun<TKey> run, TimeSpan took, Func<WorkTicket<TKey>, Task> work, CancellationToken intake)
    {
        SlowTurn<TKey> turn;
        lock (_gate)
        {
            turn = _slow.End(run, wasSlow: took >= options.Patience);
            _open += turn.Moved is null ? 0 : 1;
        }

        if (turn.Moved is not null)
        {
            _ = ServeAsync(work, intake);
        }

        if (turn.IsCalled)
        {
            queue.Add(turn.Called, turn.Priority);
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            if (--_open > 0)
            {
                return;
            }
        }

        if (_failure is { } failure)
        {
            _ended.SetException(failure);
        }
        else
        {
            _ended.SetResult();
        }
    }
}
