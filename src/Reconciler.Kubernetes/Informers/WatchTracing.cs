using System.Diagnostics;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Queues;

namespace Reconciler.Kubernetes.Informers;

/// <summary>
/// The span at the start of a trace: an object changed. It is kept only if the change made a key of a work queue ready;
/// most changes are echoes of our own writes and start nothing. Costs nothing while nobody listens.
/// </summary>
internal static class WatchTracing
{
    private static readonly ActivitySource Source = new("Reconciler.Kubernetes");

    /// <summary>Null while nobody listens, and for lists: nobody waits for what they find.</summary>
    public static Activity? Start<T>(ObjectChange<T> change, ResourceType type)
        where T : class, IKubernetesResource
    {
        if (change.FromList || !Source.HasListeners())
        {
            return null;
        }

        var span = Source.StartActivity($"watch {type.Plural}", ActivityKind.Consumer);
        span?.SetTag("k8s.resource", type.ToString());
        span?.SetTag("k8s.namespace.name", change.Key.Namespace);
        span?.SetTag("k8s.object.name", change.Key.Name);
        span?.SetTag("change", change.Old is null ? "added" : change.New is null ? "deleted" : "changed");
        return span;
    }

    /// <summary>Ends the span; what caused nothing is not exported.</summary>
    public static void End(Activity? span)
    {
        if (span is not null && !QueueTracing.IsCause(span))
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        span?.Dispose();
    }
}
