using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Informers;

/// <summary>One open watch with its watchdog: a read that stays silent too long is aborted (W3).</summary>
internal sealed class WatchConnection : IDisposable
{
    private readonly ApiStream _stream;
    private readonly CancellationToken _caller;

    // Never disposed: the watchdog may fire while we dispose, and a source without links or timers holds nothing.
    private readonly CancellationTokenSource _silence = new();
    private readonly CancellationTokenSource _cut;
    private readonly ITimer _watchdog;

    public WatchConnection(ApiStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        _stream = stream;
        _caller = cancellationToken;
        _cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silence.Token);
        _watchdog = time.CreateTimer(
            static silence => ((CancellationTokenSource)silence!).Cancel(),
            _silence,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>The server has sent a bookmark on this watch.</summary>
    public bool HasBookmarks { get; set; }

    /// <summary>The next line; null after <paramref name="silenceMax"/> without one.</summary>
    public async ValueTask<StreamLine?> ReadLineAsync(TimeSpan silenceMax)
    {
        _watchdog.Change(silenceMax, Timeout.InfiniteTimeSpan);
        try
        {
            return await _stream.ReadLineAsync(_cut.Token);
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _stream.Dispose();
        _cut.Dispose();
    }
}
