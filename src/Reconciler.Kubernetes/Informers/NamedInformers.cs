using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// Follows single objects by name, for instance the Secrets that Installations name, so that no other object of the
/// type is read or held and RBAC by resourceNames suffices. Names come and go while it runs.
/// </summary>
/// <remarks>Handlers must be quick, as those of <see cref="Informer{T}"/>, and may be called by several watches at
/// once.</remarks>
public sealed class NamedInformers<T>(
    KubernetesClient client,
    ResourceType type,
    JsonTypeInfo<T> objectType,
    InformerOptions options,
    TimeProvider time,
    Func<double> random,
    ILogger log) : IDisposable
    where T : class, IKubernetesResource
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, Followed> _followed = [];
    private readonly HashSet<Task> _runs = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<ObjectChange<T>> _handlers = static _ => { };

    /// <summary>The names followed, in order.</summary>
    public IReadOnlyList<ObjectKey> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _followed.Keys.Order(ObjectKeyOrder.Comparer)];
            }
        }
    }

    /// <summary>Registers a handler, before the first name.</summary>
    public void OnChange(Action<ObjectChange<T>> handler) => _handlers += handler;

    /// <summary>Begins to follow an object, which need not exist. Following it already changes nothing.</summary>
    public void Follow(ObjectKey key)
    {
        lock (_gate)
        {
            if (!_stop.IsCancellationRequested && !_followed.ContainsKey(key))
            {
                var target = new WatchTarget(type) { Namespace = key.Namespace, Name = key.Name };
                var informer = new Informer<T>(client, target, objectType, options, time, random, log);
                informer.OnChange(change => _handlers(change));
                var followed = new Followed(informer, CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
                _followed.Add(key, followed);
                _ = KeepAsync(followed);
            }
        }
    }

    /// <summary>Stops following an object and forgets its state. No change is announced for that.</summary>
    public void Unfollow(ObjectKey key)
    {
        Followed? followed;
        lock (_gate)
        {
            _followed.Remove(key, out followed);
        }

        // Its source is disposed after its run has ended, which only this call or StopAsync brings about.
        followed?.Stop.Cancel();
    }

    /// <summary>The object; null if it does not exist, is not followed, or is not known yet.</summary>
    public T? Find(ObjectKey key) => Of(key)?.Cache.Find(key);

    /// <summary>The object's presence or absence is known.</summary>
    public bool IsSynced(ObjectKey key) => Of(key) is { IsSynced: true };

    /// <summary>Waits until the object's presence or absence is known.</summary>
    /// <exception cref="InvalidOperationException">The object is not followed.</exception>
    public Task SyncedAsync(ObjectKey key, CancellationToken cancellationToken) =>
        Of(key)?.SyncedAsync(cancellationToken)
        ?? throw new InvalidOperationException($"{type} {key} is not followed.");

    /// <summary>One reading for each object followed.</summary>
    public IReadOnlyList<InformerStats> ReadStats()
    {
        lock (_gate)
        {
            return [.. _followed.Values.Select(followed => followed.Informer.ReadStats())];
        }
    }

    /// <summary>Stops all watches; completes when they have ended.</summary>
    public Task StopAsync()
    {
        _stop.Cancel();
        lock (_gate)
        {
            _followed.Clear();
            if (_runs.Count == 0)
            {
                _stopped.TrySetResult();
            }
        }

        return _stopped.Task;
    }

    public void Dispose()
    {
        _ = StopAsync();
        _stop.Dispose();
    }

    private Informer<T>? Of(ObjectKey key)
    {
        lock (_gate)
        {
            return _followed.GetValueOrDefault(key)?.Informer;
        }
    }

    private async Task KeepAsync(Followed followed)
    {
        var run = followed.Informer.RunAsync(followed.Stop.Token);
        lock (_gate)
        {
            _runs.Add(run);
        }

        try
        {
            await run;
        }
        finally
        {
            followed.Informer.Dispose();
            followed.Stop.Dispose();
            lock (_gate)
            {
                _runs.Remove(run);
                if (_stop.IsCancellationRequested && _runs.Count == 0)
                {
                    _stopped.TrySetResult();
                }
            }
        }
    }

    private sealed record Followed(Informer<T> Informer, CancellationTokenSource Stop);
}
