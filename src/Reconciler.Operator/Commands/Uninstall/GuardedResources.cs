using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Uninstall;

/// <summary>The resources of some namespaces (none: all) that carry a finalizer of ours.</summary>
internal sealed class GuardedResources(KubernetesClient client, IReadOnlyList<string> namespaces)
{
    private const int PageSize = 500;

    public async Task<IReadOnlyList<GuardedResource>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<GuardedResource>();
        foreach (var inNamespace in namespaces.Count == 0 ? [null] : namespaces.Cast<string?>())
        {
            await ListAsync(ResourceTypes.DynamicModule, Finalizers.Module, inNamespace, found, cancellationToken);
            await ListAsync(
                ResourceTypes.Installation, Finalizers.Installation, inNamespace, found, cancellationToken);
        }

        return found;
    }

    /// <summary>Removes our finalizer and no other; a resource that is gone meanwhile is what we wanted.</summary>
    /// <returns>Null when it is done; else what the API server said, for instance that the resource has changed since
    /// it was listed.</returns>
    public async Task<KubernetesApiException?> TryReleaseAsync(
        GuardedResource resource, CancellationToken cancellationToken)
    {
        var patch = FinalizerPatch.Remove(resource.Metadata, resource.Finalizer);
        try
        {
            await client.SendAsync(
                ApiRequests.Patch(resource.Type, resource.Metadata.Key, patch), cancellationToken);
            return null;
        }
        catch (KubernetesApiException refusal)
        {
            return refusal.IsNotFound ? null : refusal;
        }
    }

    private async Task ListAsync(
        ResourceType type, string finalizer, string? inNamespace, List<GuardedResource> found,
        CancellationToken cancellationToken)
    {
        ListPage<PartialObject>? page = null;
        do
        {
            var query = new ListQuery { Limit = PageSize, Continue = page?.Continue };
            page = await client.ListAsync(
                ApiRequests.List(type, inNamespace, query, metadataOnly: true), ApiJson.PartialObject,
                cancellationToken);
            found.AddRange(page.Items.Where(item => FinalizerProtocol.IsGuarded(item.Metadata, finalizer))
                .Select(item => new GuardedResource(type, item.Metadata, finalizer)));
        }
        while (page.Continue is not null);
    }
}

/// <summary>A resource and the finalizer of ours that it carries.</summary>
internal sealed record GuardedResource(ResourceType Type, ObjectMeta Metadata, string Finalizer)
{
    public override string ToString() => $"{Type.Kind} {Metadata.Key}";
}
