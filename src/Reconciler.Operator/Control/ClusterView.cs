using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Informers;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// What the operator sees of its cluster: Installations and DynamicModules whole, ModuleLedgers and Secrets by
/// metadata only (a ledger is read past every cache, a Secret's value when it is used). Reads see our own writes.
/// </summary>
internal sealed class ClusterView : IDisposable
{
    private readonly IReadOnlyList<ObjectIndex<DynamicModuleResource, InstallationKey>> _modulesByInstallation;
    private readonly IReadOnlyList<ObjectIndex<InstallationResource, ObjectKey>> _installationsBySecret;
    private readonly IReadOnlyList<ObjectIndex<InstallationResource, string>> _installationsByForgeId;

    /// <param name="namespaces">Empty: all.</param>
    /// <param name="secretNames">The only Secrets to watch; empty: all.</param>
    public ClusterView(
        KubernetesClient client, ImmutableArray<string> namespaces, ImmutableArray<string> secretNames,
        InformerOptions options, TimeProvider time, Func<double> random, ILogger log)
    {
        Installations = new(
            client, [Ours(ResourceTypes.Installation)], ResourceJson.Installation, namespaces, options, time, random,
            log);
        Modules = new(
            client, [Ours(ResourceTypes.DynamicModule)], ResourceJson.DynamicModule, namespaces, options, time, random,
            log);
        Ledgers = new(
            client, [Ours(ResourceTypes.ModuleLedger) with { MetadataOnly = true }], ApiJson.PartialObject, namespaces,
            options, time, random, log);
        var secrets = new WatchTarget(ResourceTypes.Secret) { MetadataOnly = true };
        Secrets = new(
            client, secretNames.IsEmpty ? [secrets] : [.. secretNames.Select(name => secrets with { Name = name })],
            ApiJson.PartialObject, namespaces, options, time, random, log);
        _modulesByInstallation = Modules.AddIndex<InstallationKey>(module => [module.InstallationKey]);
        _installationsBySecret = Installations.AddIndex<ObjectKey>(
            installation => installation.SecretKey is { } secret ? [secret] : []);
        _installationsByForgeId = Installations.AddIndex<string>(
            installation => installation.ForgeId is { } id ? [id] : []);
    }

    public InformerSet<InstallationResource> Installations { get; }

    public InformerSet<DynamicModuleResource> Modules { get; }

    public InformerSet<PartialObject> Ledgers { get; }

    public InformerSet<PartialObject> Secrets { get; }

    public bool IsSynced => Installations.IsSynced && Modules.IsSynced && Ledgers.IsSynced && Secrets.IsSynced;

    public InstallationResource? FindInstallation(InstallationKey key) =>
        Installations.Find(new ObjectKey(key.Namespace, key.Name));

    /// <summary>The DynamicModules that refer to this Installation, by namespace and name.</summary>
    public ImmutableArray<DynamicModuleResource> ModulesOf(InstallationKey key) =>
        [.. _modulesByInstallation.SelectMany(index => index.Find(key))];

    /// <summary>The Installations whose credential is this Secret.</summary>
    public IEnumerable<InstallationResource> InstallationsNaming(ObjectKey secret) =>
        _installationsBySecret.SelectMany(index => index.Find(secret));

    /// <summary>The Installations whose token Forge delivers under this ARI, in lower case.</summary>
    public IEnumerable<InstallationResource> InstallationsOfForge(string forgeId) =>
        _installationsByForgeId.SelectMany(index => index.Find(forgeId));

    /// <summary>resourceVersion of a Secret as last watched; null if it is not there.</summary>
    public string? SecretVersion(ObjectKey secret) => Secrets.Find(secret)?.Metadata.ResourceVersion;

    /// <summary>resourceVersion of an installation's ledger as last watched; null if it is not there.</summary>
    public string? LedgerVersion(InstallationKey key) =>
        Ledgers.Find(new ObjectKey(key.Namespace, key.Name))?.Metadata.ResourceVersion;

    public IEnumerable<(WatchTarget Target, InformerStats Stats)> ReadStats() =>
        Installations.ReadStats().Concat(Modules.ReadStats()).Concat(Ledgers.ReadStats()).Concat(Secrets.ReadStats());

    public Task RunAsync(CancellationToken cancellationToken) => Together.RunAsync(
        [Installations.RunAsync, Modules.RunAsync, Ledgers.RunAsync, Secrets.RunAsync], cancellationToken);

    public Task SyncedAsync(CancellationToken cancellationToken) => Task.WhenAll(
        Installations.SyncedAsync(cancellationToken), Modules.SyncedAsync(cancellationToken),
        Ledgers.SyncedAsync(cancellationToken), Secrets.SyncedAsync(cancellationToken));

    public void Dispose()
    {
        Installations.Dispose();
        Modules.Dispose();
        Ledgers.Dispose();
        Secrets.Dispose();
    }

    private static WatchTarget Ours(ResourceType type) => new(type) { Install = ResourceTypes.Install };
}
