using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Reconciler.Operator.Control;

namespace Reconciler.Operator.Console;

/// <summary>
/// Tells open pages that something changed, by the whole overview: a page that missed ten updates is right after the
/// next. Updates are coalesced, computed once for all, and sent only if they differ. Without a listener a change of the
/// cluster costs one comparison.
/// </summary>
internal sealed class ConsoleFeed(ConsoleSource source, ConsoleOptions options, TimeProvider time, ILogger log)
{
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<Channel<byte[]>> _listeners = [];
    private readonly Lock _lock = new();
    private byte[] _last = [];
    private volatile int _count;

    /// <summary>How many overviews were computed.</summary>
    public long Computed { get; private set; }

    /// <summary>Registers with the caches; before the informers run.</summary>
    public void Attach(ClusterView cluster, PassBook passes)
    {
        cluster.Installations.OnChange(_ => Changed());
        cluster.Modules.OnChange(_ => Changed());
        cluster.Ledgers.OnChange(_ => Changed());
        passes.Changed = Changed;
    }

    public void Changed()
    {
        if (_count > 0)
        {
            _changes.Writer.TryWrite(true);
        }
    }

    /// <summary>Sends updates until <paramref name="end"/>.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        while (await _changes.Reader.WaitToReadAsync(end))
        {
            _changes.Reader.TryRead(out _);
            Publish();
            await Task.Delay(options.UpdateInterval, time, end);
        }
    }

    /// <summary>A stream of overviews that begins with the current one, of which only the newest waits to be read; null
    /// when there are too many listeners.</summary>
    public Channel<byte[]>? Join()
    {
        var listener = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            if (_listeners.Count >= options.ListenersMax)
            {
                return null;
            }

            _listeners.Add(listener);
            _count = _listeners.Count;
        }

        // Computed after it is known to listen: what changes from now on reaches it as an update, which is newer.
        var current = Compute();
        lock (_lock)
        {
            if (!listener.Reader.TryPeek(out _))
            {
                listener.Writer.TryWrite(current);
            }
        }

        return listener;
    }

    public void Leave(Channel<byte[]> listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
            _count = _listeners.Count;
            _last = _count == 0 ? [] : _last;
        }
    }

    private void Publish()
    {
        try
        {
            var next = Compute();
            lock (_lock)
            {
                if (!next.AsSpan().SequenceEqual(_last))
                {
                    _last = next;
                    _listeners.ForEach(listener => listener.Writer.TryWrite(next));
                }
            }
        }
        catch (Exception defect)
        {
            // A view that cannot be computed must not end the operator that it looks at.
            log.ConsoleDefect(defect);
        }
    }

    private byte[] Compute()
    {
        Computed++;
        return JsonSerializer.SerializeToUtf8Bytes(source.ReadOverview(), ConsoleJson.Default.Overview);
    }
}
