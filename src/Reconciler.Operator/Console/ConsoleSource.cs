using System.Collections.Immutable;
using Reconciler.Core.Modules;
using Reconciler.Kubernetes.Api;
using Reconciler.Operator.Control;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Console;

/// <summary>
/// What the console shows, read from the caches and from what passes left behind. It asks no remote, reads no Secret
/// and writes nothing; a ledger that this replica does not hold is read from the API server.
/// </summary>
internal sealed class ConsoleSource(
    ClusterView cluster, PassBook passes, LedgerReader ledgers, Func<bool> isLeading, ConsoleProcess process)
{
    public Overview ReadOverview()
    {
        var modules = cluster.Modules.List().ToLookup(module => module.InstallationKey);
        var installations = cluster.Installations.List().ToDictionary(installation => installation.Key);
        return new Overview
        {
            Version = process.Version,
            Identity = process.Identity,
            Scope = process.Scope,
            Leading = isLeading(),
            Synced = cluster.IsSynced,
            Installations =
            [
                .. installations.Keys.Union(modules.Select(group => group.Key))
                    .OrderBy(key => key.ToString(), StringComparer.Ordinal)
                    .Select(key => OverviewBuilder.Line(
                        Scene(key, installations.GetValueOrDefault(key), [.. modules[key]]))),
            ],
        };
    }

    /// <returns>Null when neither an Installation nor a module is there.</returns>
    public async Task<InstallationPage?> ReadInstallationAsync(
        InstallationKey key, CancellationToken cancellationToken)
    {
        var scene = Scene(key, cluster.FindInstallation(key), cluster.ModulesOf(key));
        if (scene.Installation is null && scene.Modules.IsEmpty)
        {
            return null;
        }

        var (whole, problem) = await WithLedgerAsync(scene, cancellationToken);
        return PageBuilder.Installation(whole, problem);
    }

    /// <returns>Null when it is not there.</returns>
    public async Task<ModulePage?> ReadModuleAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (cluster.Modules.Find(key) is not { } module)
        {
            return null;
        }

        var installation = module.InstallationKey;
        var scene = Scene(installation, cluster.FindInstallation(installation), [module]);
        var (whole, _) = await WithLedgerAsync(scene, cancellationToken);
        return PageBuilder.Module(whole, module);
    }

    private InstallationScene Scene(
        InstallationKey key, InstallationResource? installation, ImmutableArray<DynamicModuleResource> modules)
    {
        var record = passes.Find(key);
        var version = cluster.Ledgers.Find(new ObjectKey(key.Namespace, key.Name))?.Metadata.ResourceVersion;
        return new(key, installation, modules, record, version) { Ledger = record.Last?.Result.Ledger };
    }

    private async Task<(InstallationScene Scene, string? Problem)> WithLedgerAsync(
        InstallationScene scene, CancellationToken cancellationToken)
    {
        if (scene.Ledger is not null || scene.LedgerVersion is not { } version)
        {
            return (scene, null);
        }

        var (ledger, problem) = await ledgers.ReadAsync(scene.Key, version, cancellationToken);
        return (scene with { Ledger = ledger }, problem);
    }
}

/// <summary>What the page tells of the process.</summary>
internal sealed record ConsoleProcess(string Version, string Identity, string Scope);
