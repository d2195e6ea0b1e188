namespace Reconciler.TestKit.Processes;

/// <summary>Output lines of one process, kept in memory and in a file; a waiter sees each line once.</summary>
internal sealed class LineLog(string path) : IDisposable
{
    private const int StreamsOfAProcess = 2;

    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<Waiter> _waiters = [];
    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };
    private int _streamsEnded;
    private bool _disposed;

    public string Path => path;

    /// <summary>Adds a line; null is the end of one of the two streams.</summary>
    public void Add(string? line, bool isError)
    {
        lock (_gate)
        {
            if (line is null)
            {
                _streamsEnded++;
            }
            else
            {
                _lines.Add(line);
                if (!_disposed)
                {
                    _file.WriteLine(isError ? "E " + line : line);
                }
            }

            _waiters.RemoveAll(waiter => Settle_Locked(waiter));
        }
    }

    public IReadOnlyList<string> Snapshot()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }

    /// <summary>The first line from an index on that is awaited; null when the output ended without.</summary>
    public async Task<string?> WaitAsync(Func<string, bool> predicate, int from, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(predicate, from);
        lock (_gate)
        {
            if (!Settle_Locked(waiter))
            {
                _waiters.Add(waiter);
            }
        }

        await using var registration = cancellationToken.Register(() => waiter.Found.TrySetCanceled(cancellationToken));
        return await waiter.Found.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _file.Dispose();
        }
    }

    private bool Settle_Locked(Waiter waiter)
    {
        try
        {
            for (; waiter.Next < _lines.Count; waiter.Next++)
            {
                if (waiter.Predicate(_lines[waiter.Next]))
                {
                    waiter.Found.TrySetResult(_lines[waiter.Next]);
                    return true;
                }
            }
        }
        catch (Exception exception)
        {
            // Lines come on a thread of the runtime's: thrown there, it would end the whole test run.
            waiter.Found.TrySetException(exception);
        }

        return waiter.Found.Task.IsCompleted
            || (_streamsEnded == StreamsOfAProcess && waiter.Found.TrySetResult(null));
    }

    private sealed class Waiter(Func<string, bool> predicate, int from)
    {
        public Func<string, bool> Predicate => predicate;

        public int Next { get; set; } = from;

        public TaskCompletionSource<string?> Found { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
