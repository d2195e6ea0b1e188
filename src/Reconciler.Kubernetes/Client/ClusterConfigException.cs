namespace Reconciler.Kubernetes.Client;

/// <summary>A kubeconfig or in-cluster configuration that cannot be used. One line: what, where, how to fix.</summary>
public sealed class ClusterConfigException(string message, Exception? innerException = null)
    : Exception(message, innerException);
