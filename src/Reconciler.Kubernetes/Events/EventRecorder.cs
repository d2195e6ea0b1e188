using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Events;

/// <summary>
/// Writes events.k8s.io/v1 events in the background. The caller decides when something is a transition worth one.
/// Events are a courtesy: they are dropped rather than waited for, and no failure reaches the caller.
/// </summary>
/// <remarks>
/// The same event again, with no other one of that object in between, becomes a series on the first instead of a new
/// object. One object cannot cause more writes than its allowance; repetitions beyond it are counted and told later.
/// </remarks>
public sealed class EventRecorder(
    KubernetesClient client, EventRecorderOptions options, TimeProvider time, ILogger logger)
{
    private readonly Channel<Queued> _queue = Channel.CreateBounded<Queued>(
        new BoundedChannelOptions(options.QueueLengthMax) { SingleReader = true });

    private readonly Dictionary<EventTarget, ObjectEvents> _objects = [];
    private long _dropped;
    private long _failed;
    private int _sequence;

    /// <summary>Events not written because the queue was full or the object had used up its allowance.</summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    /// <summary>Writes the API server refused or did not answer.</summary>
    public long FailedCount => Interlocked.Read(ref _failed);

    /// <summary>Never waits and never throws.</summary>
    public void Record(EventEntry entry)
    {
        if (!_queue.Writer.TryWrite(new Queued(entry, null)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Completes when all that was recorded before has been tried; for a clean stop.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // A source of its own with a registration: Task.WaitAsync would resume off a simulation's thread.
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var late = cancellationToken.UnsafeRegister(_ => flushed.TrySetCanceled(cancellationToken), null);
        await _queue.Writer.WriteAsync(new Queued(null, flushed), cancellationToken);
        await flushed.Task;
    }

    /// <summary>Sends what is recorded, until it is cancelled; run it once, beside the controller.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // ReadAllAsync leaves the caller's context between items; this pair stays on it (docs/STYLE.md, determinism).
        while (await _queue.Reader.WaitToReadAsync(cancellationToken))
        {
            while (_queue.Reader.TryRead(out var queued))
            {
                if (queued.Entry is not null)
                {
                    await TryWriteAsync(queued.Entry, cancellationToken);
                }

                queued.Flushed?.TrySetResult();
            }
        }
    }

    private async Task TryWriteAsync(EventEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(entry, cancellationToken);
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException)
        {
            // No second try: a POST is sent once, and a late event tells nobody anything.
            Interlocked.Increment(ref _failed);
            LogMessages.EventNotWritten(logger, entry.Reason, entry.Target.Key.ToString(), exception.Message);
        }
    }

    private async Task WriteAsync(EventEntry entry, CancellationToken cancellationToken)
    {
        var known = Remember(entry.Target);
        var isRepetition = known.IsRepetition(entry);
        if (isRepetition)
        {
            known.Repeated();
        }

        if (!known.TryTake(time, options.RefillEvery))
        {
            Interlocked.Increment(ref _dropped);
        }
        else if (!isRepetition || !await TryContinueAsync(entry, known, cancellationToken))
        {
            await StartAsync(entry, known, cancellationToken);
        }
    }

    private async Task StartAsync(EventEntry entry, ObjectEvents known, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var name = EventRequests.NameOf(entry, now, _sequence++);
        known.Forget();
        await client.SendAsync(EventRequests.Create(entry, name, now, options), cancellationToken);
        known.Started(entry, name);
    }

    private async Task<bool> TryContinueAsync(EventEntry entry, ObjectEvents known, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(
                EventRequests.Series(entry, known.Name, known.Count, time.GetUtcNow()), cancellationToken);
            return true;
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            // The server forgets events after an hour.
            return false;
        }
    }

    private ObjectEvents Remember(EventTarget target)
    {
        if (_objects.TryGetValue(target, out var known))
        {
            return known;
        }

        if (_objects.Count >= options.ObjectsMax)
        {
            // A tenth at once, so that a full table is not searched for each new object.
            var tenth = (options.ObjectsMax / 10) + 1;
            foreach (var (oldest, _) in _objects.OrderBy(pair => pair.Value.UsedAt).Take(tenth).ToList())
            {
                _objects.Remove(oldest);
            }
        }

        return _objects[target] = new ObjectEvents(options.Burst, time.GetTimestamp());
    }

    private readonly record struct Queued(EventEntry? Entry, TaskCompletionSource? Flushed);
}
