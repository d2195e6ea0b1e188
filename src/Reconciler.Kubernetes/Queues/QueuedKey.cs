using System.Runtime.InteropServices;

namespace Reconciler.Kubernetes.Queues;

/// <summary>What a queue knows of one key.</summary>
/// <param name="Phase">running, ready or delayed.</param>
/// <param name="Since">How long it has been running or ready.</param>
/// <param name="DueIn">Until it is made ready by time; null when nothing is scheduled.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct QueuedKey<TKey>(
    TKey Key, string Phase, TimeSpan Since, TimeSpan? DueIn, int Retries);
