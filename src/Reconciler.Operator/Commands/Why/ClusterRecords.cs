using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Operator.Control;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Why;

/// <summary>Looks a subject up in a cluster: its resource, its Installation and the ModuleLedger. Only reads.</summary>
internal sealed class ClusterRecords(KubernetesClient client, string defaultNamespace)
{
    /// <exception cref="CommandException">It does not exist, or the cluster cannot be asked.</exception>
    public async Task<WhyRecord> FindAsync(WhySubject subject, CancellationToken cancellationToken)
    {
        var space = subject.Namespace ?? defaultNamespace;
        try
        {
            return subject.IsInstallation
                ? await FindInstallationAsync(new(space, subject.Name), cancellationToken)
                : await FindModuleAsync(new(space, subject.Name), cancellationToken);
        }
        catch (Exception exception) when (exception is KubernetesApiException or KubernetesConnectionException
            or JsonException or FormatException)
        {
            throw new CommandException(
                $"{subject.Kind} {space}/{subject.Name} could not be looked up: {exception.Message}", exception);
        }
    }

    private async Task<WhyRecord> FindInstallationAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var installation = new InstallationKey(key.Namespace, key.Name);
        var resource = await FindAsync(ResourceTypes.Installation, key, ResourceJson.Installation, cancellationToken);
        var ledger = await FindLedgerAsync(installation, cancellationToken);
        return resource is null && ledger is null
            ? throw NotThere("Installation", key)
            : RecordOf(installation, ledger, owner: null) with { Installation = resource };
    }

    private async Task<WhyRecord> FindModuleAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var module = await FindAsync(ResourceTypes.DynamicModule, key, ResourceJson.DynamicModule, cancellationToken)
            ?? throw NotThere("DynamicModule", key);
        var installation = module.InstallationKey;
        return RecordOf(installation, await FindLedgerAsync(installation, cancellationToken), module.Owner) with
        {
            Module = module,
            Installation = await FindAsync(
                ResourceTypes.Installation, new(installation.Namespace, installation.Name), ResourceJson.Installation,
                cancellationToken),
        };
    }

    private static WhyRecord RecordOf(InstallationKey key, Ledger? ledger, ModuleOwner? owner) =>
        new(key, ledger, $"ModuleLedger {key}", owner) { InCluster = true };

    private async Task<Ledger?> FindLedgerAsync(InstallationKey key, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.SendAsync(
                ApiRequests.Get(ResourceTypes.ModuleLedger, new(key.Namespace, key.Name)), cancellationToken);
            return LedgerObject.Parse(answer.Body).Ledger;
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            return null;
        }
    }

    private async Task<T?> FindAsync<T>(
        ResourceType type, ObjectKey key, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await client.SendAsync(ApiRequests.Get(type, key), shape, cancellationToken);
        }
        catch (KubernetesApiException refusal) when (refusal.IsNotFound)
        {
            return null;
        }
    }

    private static CommandException NotThere(string kind, ObjectKey key) => new(
        $"{kind} {key} does not exist in this cluster: check the name, -n and --context; what apply did without a "
        + "cluster is read with --state DIR");
}
