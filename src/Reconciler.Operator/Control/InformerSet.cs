using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Informers;

namespace Reconciler.Operator.Control;

/// <summary>One kind in all served namespaces: one informer over the whole cluster, or one per namespace (and one per
/// name) where the operator may not see more.</summary>
internal sealed class InformerSet<T> : IDisposable
    where T : class, IKubernetesResource
{
    private readonly ImmutableArray<Informer<T>> _informers;

    public InformerSet(
        KubernetesClient client, ImmutableArray<WatchTarget> targets, JsonTypeInfo<T> objectType,
        ImmutableArray<string> namespaces, InformerOptions options, TimeProvider time, Func<double> random, ILogger log)
    {
        var scopes = namespaces.IsEmpty ? [null] : namespaces.Cast<string?>();
        _informers =
        [
            .. from scope in scopes
               from target in targets
               select new Informer<T>(
                   client, target with { Namespace = scope }, objectType, options, time, random, log),
        ];
    }

    public bool IsSynced => _informers.All(informer => informer.IsSynced);

    public int Count => _informers.Sum(informer => informer.Cache.Count);

    public T? Find(ObjectKey key) => For(key)?.Cache.Find(key);

    public IEnumerable<T> List() => _informers.SelectMany(informer => informer.Cache.List());

    public IReadOnlyList<ObjectIndex<T, TValue>> AddIndex<TValue>(Func<T, IEnumerable<TValue>> values)
        where TValue : notnull => [.. _informers.Select(informer => informer.Cache.AddIndex(values))];

    public void OnChange(Action<ObjectChange<T>> handler)
    {
        foreach (var informer in _informers)
        {
            informer.OnChange(handler);
        }
    }

    /// <summary>Makes the answer to a write of ours visible to the next read.</summary>
    public void ObserveWrite(T written) => For(written.Metadata.Key)?.ObserveWrite(written);

    public IEnumerable<(WatchTarget Target, InformerStats Stats)> ReadStats() =>
        _informers.Select(informer => (informer.Target, informer.ReadStats()));

    public Task RunAsync(CancellationToken cancellationToken) =>
        Together.RunAsync(
            _informers.Select(informer => (Func<CancellationToken, Task>)informer.RunAsync), cancellationToken);

    public Task SyncedAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_informers.Select(informer => informer.SyncedAsync(cancellationToken)));

    public void Dispose()
    {
        foreach (var informer in _informers)
        {
            informer.Dispose();
        }
    }

    private Informer<T>? For(ObjectKey key) =>
        _informers.FirstOrDefault(informer =>
            (informer.Target.Namespace is not { } scope || scope == key.Namespace)
            && (informer.Target.Name is not { } name || name == key.Name));
}
