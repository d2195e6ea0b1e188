using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;
using Reconciler.Core.Verdicts;
using Reconciler.Operator.Resources;

namespace Reconciler.Operator.Control;

/// <summary>
/// What happens to DynamicModules whose Installation does not exist. Nothing remote can be reached without it, so:
/// <code>
/// module    ledger entry        policy, wish   what happens
/// live      any                 any            waits, InstallationNotFound
/// deleting  none                any            released: nothing is left to its care
/// deleting  bound               Orphan         entry removed, released (T10r)
/// deleting  any                 abandon        becomes an orphan of the ledger, released (T10i)
/// deleting  any                 –              waits, InstallationNotFound
/// </code>
/// </summary>
internal sealed class MissingInstallation(
    ILedgerStore ledgers, ControlOptions options, string clusterId, TimeProvider time)
{
    /// <summary>The verdicts on <paramref name="modules"/>; the outcome is Settled, or LedgerUnavailable.</summary>
    public async Task<(PassOutcome Outcome, ImmutableArray<ModuleVerdict> Verdicts)> JudgeAsync(
        InstallationKey installation, IReadOnlyList<DynamicModuleResource> modules, IWriteFence fence,
        CancellationToken cancellationToken)
    {
        var leaving = modules.Where(module => module.Metadata.IsDeleting).ToList();
        if (leaving.Count == 0)
        {
            return (new PassOutcome.Settled(), [.. modules.Select(module => Waiting(module, installation))]);
        }

        var read = await ledgers.ReadAsync(installation, cancellationToken);
        if (read is LedgerReadOutcome.Failed(var problem))
        {
            return (new PassOutcome.LedgerUnavailable(problem),
                [.. modules.Select(module => Waiting(module, installation))]);
        }

        var found = read as LedgerReadOutcome.Found;
        var mayWrite = found is not null && found.Ledger.BelongsTo(clusterId) && fence.Holds;
        var next = mayWrite ? LetGo(found!.Ledger, leaving) : found?.Ledger;
        if (found is not null && mayWrite && !ReferenceEquals(next, found.Ledger))
        {
            var written = await ledgers.WriteAsync(
                next! with { Sequence = found.Ledger.Sequence + 1 }, found.Version, cancellationToken);
            if (written is not LedgerWriteOutcome.Written)
            {
                return (new PassOutcome.LedgerUnavailable($"ModuleLedger {installation} could not be written."),
                    [.. modules.Select(module => Waiting(module, installation))]);
            }
        }

        return (new PassOutcome.Settled(),
            [.. modules.Select(module => Judge(module, installation, EntryOf(next, module)))]);
    }

    private Ledger LetGo(Ledger ledger, IEnumerable<DynamicModuleResource> leaving)
    {
        var next = ledger;
        foreach (var module in leaving)
        {
            if (EntryOf(next, module) is not { } uid)
            {
                continue;
            }

            if (module.IsAbandoned)
            {
                next = next.Abandon(uid, time.GetUtcNow());
            }
            else if (module.DeletionPolicy == DeletionPolicy.Orphan && next.Entries[uid].Phase == EntryPhase.Bound)
            {
                next = next.Remove(uid);
            }
        }

        // T0: whoever writes raises the epoch first, so that a former leader cannot write on.
        return ReferenceEquals(next, ledger) || ledger.Writer == options.Identity
            ? next
            : next with { Epoch = next.Epoch + 1, Writer = options.Identity };
    }

    // A restored resource has another UID, but still its name (crash-safety.md §6).
    private static string? EntryOf(Ledger? ledger, DynamicModuleResource module) =>
        ledger is null ? null
        : ledger.Entries.ContainsKey(module.Metadata.Uid) ? module.Metadata.Uid
        : ledger.Entries.FirstOrDefault(entry => entry.Value.Owner.Namespace == module.Metadata.Namespace
            && entry.Value.Owner.Name == module.Metadata.Name).Key;

    private static ModuleVerdict Judge(DynamicModuleResource module, InstallationKey installation, string? entry) =>
        module.Metadata.IsDeleting && entry is null
            ? new ModuleVerdict(
                module.Owner, Progress.Reconciling, Reasons.Deleting,
                "Released: no remote module is left to this resource's care.", "T10") { Released = true }
            : Waiting(module, installation);

    private static ModuleVerdict Waiting(DynamicModuleResource module, InstallationKey installation)
    {
        var message = module.Metadata.IsDeleting
            ? $"Installation {installation} does not exist, so the remote module cannot be deleted: create it again, "
                + "or set the annotation reconciler.io/abandon to \"true\"."
            : $"Installation {installation} does not exist: create it, or correct spec.installationRef.";
        return new(module.Owner, Progress.Reconciling, Reasons.InstallationNotFound, message, "installation-missing")
        {
            Key = module.Status.Key,
            Applied = module.Status.Fingerprint is { } fingerprint ? new Fingerprint(fingerprint) : null,
        };
    }
}
