using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// Keeps an <see cref="ObjectCache{T}"/> equal to the API server and tells handlers what changed. It works while the
/// server is down or the type is not installed: it waits and says so (W14, W15). Nothing a handler or an object does
/// ends it; only cancellation does.
/// </summary>
/// <remarks>
/// Handlers are called in order, one at a time, on the loop that brought the change; they must be quick and must not
/// call back into the informer. Typically they put keys into a queue.
/// </remarks>
public sealed class Informer<T> : IDisposable
    where T : class, IKubernetesResource
{
    // What a step may take beyond the silence it waits for: requests have their own, shorter, time limit.
    private static readonly TimeSpan StepMargin = TimeSpan.FromSeconds(60);

    private readonly KubernetesClient _client;
    private readonly JsonTypeInfo<T> _objectType;
    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly ILogger _log;
    private readonly Lock _delivery = new();
    private readonly List<Subscription<T>> _subscriptions = [];
    private readonly WorkQueueOptions _repairs;
    private readonly WorkQueue<ObjectKey> _refetches;
    private readonly Watcher<T> _watcher;
    private readonly ReconnectPacer _pacer;
    private readonly InformerMeter _meter;
    private readonly SyncSignal _synced = new();
    // Said once each, until it can be decoded again (W11).
    private readonly HashSet<ObjectKey> _undecodable = [];
    private WatchFaultKind? _lastFault;
    private bool _started;

    public Informer(
        KubernetesClient client,
        WatchTarget target,
        JsonTypeInfo<T> objectType,
        InformerOptions options,
        TimeProvider time,
        Func<double> random,
        ILogger log)
    {
        Target = target;
        _client = client;
        _objectType = objectType;
        _time = time;
        _random = random;
        _log = log;
        _repairs = new() { Backoff = options.Repair };
        _refetches = new(_repairs, time, random);
        _watcher = new(client, target, objectType, options.Watcher, time);
        _pacer = new(options.Reconnect, time, random);
        _meter = new(time);
    }

    public WatchTarget Target { get; }

    public ObjectCache<T> Cache { get; } = new();

    /// <summary>The first list is complete and every handler has been called for it.</summary>
    public bool IsSynced => _synced.IsSet;

    /// <summary>Completes with <see cref="IsSynced"/>. Waits as long as it takes.</summary>
    public Task SyncedAsync(CancellationToken cancellationToken) => _synced.WaitAsync(cancellationToken);

    /// <summary>Registers a handler. Before the informer runs, so that none misses the first list.</summary>
    public void OnChange(Action<ObjectChange<T>> handler)
    {
        if (_started)
        {
            throw new InvalidOperationException("Register handlers before the informer runs.");
        }

        _subscriptions.Add(new(handler, Cache, new(_repairs, _time, _random), OnHandlerFailure));
    }

    /// <summary>
    /// Puts the answer to a write of ours into the cache, so that the next read sees it (W16). Handlers are told, since
    /// the answer may also carry somebody else's change that the watch has not brought yet.
    /// </summary>
    public void ObserveWrite(T written) => Change(cache => cache.ApplyWrite(written));

    public InformerStats ReadStats() => _meter.Read(Cache.Count, IsSynced);

    /// <summary>Runs until cancelled; then returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _started = true;
        Task[] repairs = [RefetchAsync(cancellationToken), .. _subscriptions.Select(RedeliverAsync)];
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                _meter.Promise(_watcher.SilenceMax + StepMargin);
                var step = await _watcher.StepAsync(cancellationToken);
                _meter.Record(step);
                await PauseAsync(Handle(step), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            await StopRepairsAsync(repairs);
        }
    }

    public void Dispose()
    {
        _watcher.Dispose();
        _refetches.Dispose();
        foreach (var subscription in _subscriptions)
        {
            subscription.Redeliveries.Dispose();
        }
    }

    private TimeSpan Handle(WatchEvent<T> step)
    {
        switch (step)
        {
            case WatchEvent<T>.Applied(var item):
                Change(cache => cache.Apply(item));
                break;
            case WatchEvent<T>.Deleted(var item):
                Change(cache => cache.Delete(item));
                break;
            case WatchEvent<T>.Bookmark(var version):
                Cache.AdvanceTo(version);
                break;
            case WatchEvent<T>.Broken(var broken):
                return HandleBroken(broken);
            case WatchEvent<T>.Init:
                Cache.BeginList();
                break;
            case WatchEvent<T>.InitPage(var objects, var broken):
                Stage(objects, broken);
                break;
            case WatchEvent<T>.InitDone(var version):
                Change(cache => cache.CompleteList(version));
                Opened();
                Synced();
                break;
            case WatchEvent<T>.Connected:
                Opened();
                break;
            case WatchEvent<T>.Ended ended:
                return _pacer.AfterEnd(isOrderly: !ended.IsStall);
            case WatchEvent<T>.Faulted fault:
                return HandleFault(fault);
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, null);
        }

        return TimeSpan.Zero;
    }

    private async ValueTask PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        if (pause > TimeSpan.Zero)
        {
            _meter.Promise(pause + StepMargin);
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private void Opened()
    {
        _pacer.Opened();
        if (_lastFault is not null)
        {
            _lastFault = null;
            LogMessages.WatchRecovered(_log, Target.ToString());
        }
    }

    private void Synced()
    {
        if (_synced.Set())
        {
            LogMessages.WatchSynced(_log, Target.ToString(), Cache.Count);
        }
    }

    // One line per transition: an outage of an hour is one line at its start and one at its end (O3).
    private TimeSpan HandleFault(WatchEvent<T>.Faulted fault)
    {
        var pause = _pacer.AfterEnd(isOrderly: false);
        if (fault.Kind != _lastFault && fault.Kind != WatchFaultKind.Expired)
        {
            _lastFault = fault.Kind;
            LogFault(fault);
        }

        var asked = (fault.Cause as KubernetesApiException)?.RetryAfter ?? TimeSpan.Zero;
        return asked > pause ? asked : pause;
    }

    private void LogFault(WatchEvent<T>.Faulted fault)
    {
        if (fault.Kind == WatchFaultKind.NotServed && Target.Install is { } install)
        {
            LogMessages.WatchNotServed(_log, Target.ToString(), Target.Type.Version, install);
            return;
        }

        LogMessages.WatchFaulted(_log, Target.ToString(), fault.Kind, fault.Cause.Message);
    }

    private void Stage(IReadOnlyList<T> objects, IReadOnlyList<Undecodable> broken)
    {
        foreach (var item in broken)
        {
            NoteBroken(item);
        }

        Cache.Stage(objects, broken.Where(item => item.Key is not null).Select(item => item.Key!.Value));
    }

    private TimeSpan HandleBroken(Undecodable broken)
    {
        NoteBroken(broken);
        if (broken.Key is not { } key)
        {
            return _pacer.AfterEnd(isOrderly: false);
        }

        _refetches.Add(key);
        return TimeSpan.Zero;
    }

    private void NoteBroken(Undecodable broken)
    {
        _meter.CountBroken();
        bool isNew;
        lock (_delivery)
        {
            isNew = broken.Key is not { } key || _undecodable.Add(key);
        }

        if (isNew)
        {
            LogMessages.ObjectUndecodable(_log, Target.ToString(), broken.Key?.ToString() ?? "object", broken.Reason);
        }
    }

    private void OnHandlerFailure(ObjectKey key, Exception exception)
    {
        _meter.CountHandlerFailure();
        LogMessages.HandlerFailed(_log, exception, Target.ToString(), key.ToString());
    }

    // The lock spans change and delivery, so that handlers see changes in the order in which readers do.
    private void Change(Func<ObjectCache<T>, IReadOnlyList<ObjectChange<T>>> change)
    {
        lock (_delivery)
        {
            foreach (var made in change(Cache))
            {
                _undecodable.Remove(made.Key);
                var span = WatchTracing.Start(made, Target.Type);
                foreach (var subscription in _subscriptions)
                {
                    subscription.Deliver_Locked(made);
                }

                WatchTracing.End(span);
            }
        }
    }

    private async Task RedeliverAsync(Subscription<T> subscription)
    {
        while (await subscription.Redeliveries.TakeAsync(CancellationToken.None) is { } ticket)
        {
            lock (_delivery)
            {
                subscription.Redeliver_Locked(ticket.Key);
            }

            subscription.Redeliveries.Done(ticket.Key);
        }
    }

    private async Task RefetchAsync(CancellationToken cancellationToken)
    {
        while (await _refetches.TakeAsync(CancellationToken.None) is { } ticket)
        {
            try
            {
                await RefetchAsync(ticket.Key, cancellationToken);
                _refetches.Forget(ticket.Key);
            }
            catch (Exception exception) when (IsExpected(exception))
            {
                // The last known state stays; the next event or the next try brings a better one.
                _refetches.Retry(ticket.Key);
            }
            finally
            {
                _refetches.Done(ticket.Key);
            }
        }
    }

    private async Task RefetchAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        Cache.BeginRead(key);
        T? item = null;
        try
        {
            var request = ApiRequests.Get(Target.Type, key, Target.MetadataOnly);
            item = await _client.SendAsync(request, _objectType, cancellationToken);
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            // Then it is gone.
        }

        Change(cache => cache.CompleteRead(key, item));
        lock (_delivery)
        {
            _undecodable.Remove(key);
        }
    }

    private async Task StopRepairsAsync(Task[] repairs)
    {
        var stops = _subscriptions.Select(subscription => subscription.Redeliveries.ShutDownAsync());
        await Task.WhenAll([_refetches.ShutDownAsync(), .. stops, .. repairs]);
    }

    private static bool IsExpected(Exception exception) => exception
        is KubernetesApiException or KubernetesConnectionException or OperationCanceledException or JsonException;
}
