using Microsoft.Extensions.Logging;

namespace Reconciler.TestKit;

/// <summary>Keeps the lines at a level and above, of every category, to be counted and awaited.</summary>
public sealed class RecordingLog(LogLevel from = LogLevel.Information) : ILoggerFactory, ILogger
{
    // Only a guard: no test waits as long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly List<(int Id, LogLevel Level, string Text)> _lines = [];
    private readonly List<(int Id, int Times, TaskCompletionSource Written)> _waiters = [];

    public int Count => Lines.Count;

    public IReadOnlyList<(int Id, LogLevel Level, string Text)> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The texts of the lines with this id, in order.</summary>
    public IReadOnlyList<string> TextsOf(int id) => [.. Lines.Where(line => line.Id == id).Select(line => line.Text)];

    /// <summary>Completes when so many lines with this id are written; past lines count.</summary>
    public Task WhenAsync(int id, int times = 1)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
        {
            _waiters.Add((id, times, written));
            Notify_Locked(id);
        }

        return written.Task.WaitAsync(Patience, TimeProvider.System);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= from;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        lock (_lines)
        {
            _lines.Add((eventId.Id, logLevel, formatter(state, exception)));
            Notify_Locked(eventId.Id);
        }
    }

    public void Dispose()
    {
    }

    private void Notify_Locked(int id)
    {
        var count = _lines.Count(line => line.Id == id);
        _waiters.FindAll(waiter => waiter.Id == id && waiter.Times <= count)
            .ForEach(waiter => waiter.Written.TrySetResult());
    }
}
