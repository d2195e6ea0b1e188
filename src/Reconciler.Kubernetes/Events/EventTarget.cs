using Reconciler.Kubernetes.Api;

namespace Reconciler.Kubernetes.Events;

/// <summary>The object an event is about.</summary>
public sealed record EventTarget(string ApiVersion, string Kind, ObjectKey Key, string Uid)
{
    public static EventTarget Of(ResourceType type, ObjectMeta meta) =>
        new(type.ApiVersion, type.Kind, meta.Key, meta.Uid);

    /// <summary>An event lives beside its object; those about cluster-scoped objects live in <c>default</c>.</summary>
    internal string EventNamespace => Key.Namespace.Length > 0 ? Key.Namespace : "default";
}
