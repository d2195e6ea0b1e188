namespace Reconciler.Kubernetes.Api;

/// <summary>Any object that can be listed, watched and cached: what the runtime needs of it is its metadata.</summary>
public interface IKubernetesResource
{
    ObjectMeta Metadata { get; }
}
