using Reconciler.Kubernetes.Api;

namespace Reconciler.Operator.Resources;

/// <summary>The resources that the operator works with (product.md §3).</summary>
internal static class ResourceTypes
{
    public const string Group = "reconciler.io";
    public const string Version = "v1alpha1";

    /// <summary>What a person runs where the API server does not serve one of the three kinds of this group.</summary>
    public const string Install = "kubectl apply --server-side -f crds/";

    public static readonly ResourceType Installation = new(Group, Version, "installations", "Installation");
    public static readonly ResourceType DynamicModule = new(Group, Version, "dynamicmodules", "DynamicModule");
    public static readonly ResourceType ModuleLedger = new(Group, Version, "moduleledgers", "ModuleLedger");
    public static readonly ResourceType Secret = new("", "v1", "secrets", "Secret");
}
