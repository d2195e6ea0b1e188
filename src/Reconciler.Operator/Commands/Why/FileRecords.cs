using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Operator.Rendering;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Commands.Why;

/// <summary>Looks a subject up in the ledgers of a state directory. Takes no lock: a ledger file is replaced as a
/// whole, so a reader beside an <c>apply</c> sees one version or the next.</summary>
internal sealed class FileRecords(string directory, ManifestSet? manifests)
{
    private readonly FileLedgerStore _ledgers = new(directory);

    /// <exception cref="CommandException">Nothing is known of it, or a ledger cannot be read.</exception>
    public async Task<WhyRecord> FindAsync(WhySubject subject, CancellationToken cancellationToken)
    {
        var space = subject.Namespace ?? ManifestMetadata.DefaultNamespace;
        if (subject.IsInstallation)
        {
            var key = new InstallationKey(space, subject.Name);
            var ledger = await ReadAsync(key, cancellationToken) ?? throw Unknown(subject, space);
            return RecordOf(key, ledger, owner: null);
        }

        // Without a cluster the identity of a manifest is its name.
        var owner = new ModuleOwner($"{space}/{subject.Name}", space, subject.Name);
        var declared = manifests?.Modules.FirstOrDefault(module => module.Resource.Owner == owner)?.Resource;
        foreach (var key in declared is null ? Known() : [declared.InstallationKey])
        {
            var ledger = await ReadAsync(key, cancellationToken);
            if (declared is not null || (ledger is not null && Mentions(ledger, owner)))
            {
                return RecordOf(key, ledger, owner);
            }
        }

        throw Unknown(subject, space);
    }

    private static bool Mentions(Ledger ledger, ModuleOwner owner) =>
        ledger.Entries.ContainsKey(owner.Uid) || ledger.Journal.Any(line => line.OwnerUid == owner.Uid);

    private WhyRecord RecordOf(InstallationKey key, Ledger? ledger, ModuleOwner? owner) =>
        new(key, ledger, $"ledger of {key} in {directory}", owner)
        {
            Installation = manifests?.Installations.FirstOrDefault(known => known.Resource.Key == key)?.Resource,
            Module = manifests?.Modules.FirstOrDefault(module => module.Resource.Owner == owner)?.Resource,
        };

    private async Task<Ledger?> ReadAsync(InstallationKey key, CancellationToken cancellationToken) =>
        await _ledgers.ReadAsync(key, cancellationToken) switch
        {
            LedgerReadOutcome.Found found => found.Ledger,
            LedgerReadOutcome.Absent => null,
            LedgerReadOutcome.Failed failed => throw new CommandException(failed.Message),
            _ => throw new InvalidOperationException("unhandled ledger read outcome"),
        };

    private IEnumerable<InstallationKey> Known()
    {
        var root = new DirectoryInfo(Path.Combine(directory, "ledgers"));
        return !root.Exists
            ? []
            : root.EnumerateFiles("*.json", SearchOption.AllDirectories)
                .Select(file => new InstallationKey(file.Directory!.Name, Path.GetFileNameWithoutExtension(file.Name)))
                .OrderBy(key => key.ToString(), StringComparer.Ordinal);
    }

    private CommandException Unknown(WhySubject subject, string space) => new(
        $"{directory}: no ledger mentions {subject.Kind} {space}/{subject.Name}: check the name, -n and --state, or "
        + "give --kubeconfig to ask a cluster");
}
