using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Migration;

/// <summary>How the removal of an old module ended.</summary>
internal abstract record Removal
{
    private Removal() { }

    /// <summary>A read says that it is not there, and the old ledger does not name it any more.</summary>
    public sealed record Gone : Removal;

    /// <summary>It is not the module that was moved, so it is kept.</summary>
    public sealed record Kept(string Reason) : Removal;

    public sealed record Failed(RemoteFault Fault) : Removal;
}

/// <summary>The side that modules leave. Deletes one explicit key at a time, and only what the record names and a
/// complete list shows with the recorded content.</summary>
internal sealed class OldSide(
    IModuleRegistry registry, ILedgerStore ledgers, InstallationKey installation, Func<string> newAttemptId)
{
    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken) => registry.ListAsync(cancellationToken);

    /// <exception cref="Resources.ManifestException">The ledger cannot be read.</exception>
    public Task<Ledger?> LedgerAsync(CancellationToken cancellationToken) =>
        LedgerReading.ReadAsync(ledgers, installation, cancellationToken);

    public async Task<Removal> RemoveAsync(
        MigratedModule module, ImmutableDictionary<string, ObservedModule> listed, CancellationToken cancellationToken)
    {
        var key = module.Old.Key!;
        if (listed.TryGetValue(key, out var observed))
        {
            if (!observed.Content.Equals(module.Old.Content))
            {
                return new Removal.Kept(
                    $"the old module {key} was changed since it was read: delete it yourself, then run migrate again");
            }

            if (await DeleteAsync(key, cancellationToken) is { } fault)
            {
                return new Removal.Failed(fault);
            }
        }

        return await ForgetAsync(module, cancellationToken);
    }

    /// <summary>Registers an old module again under its old key.
    /// A client-chosen key makes this safe to repeat.</summary>
    /// <returns>Null when it is there.</returns>
    public async Task<RemoteFault?> RestoreAsync(MigratedModule module, CancellationToken cancellationToken)
    {
        var key = module.Old.Key!;
        var request = new CreateRequest(newAttemptId(), key, module.Old.Content, static () => true);
        var fault = await registry.CreateAsync(request, cancellationToken) switch
        {
            CreateOutcome.Refused refused => refused.Fault,
            CreateOutcome.Unknown unknown => unknown.Fault,
            _ => null,
        };
        return fault is not null
            && await registry.GetAsync(key, cancellationToken) is not LookupOutcome.Found ? fault : null;
    }

    private async Task<RemoteFault?> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        if (await registry.DeleteAsync(key, cancellationToken) is DeleteOutcome.Failed failed)
        {
            return failed.Fault;
        }

        return await registry.GetAsync(key, cancellationToken) switch
        {
            LookupOutcome.Absent => null,
            LookupOutcome.Failed lookup => lookup.Fault,
            _ => new RemoteFault.Unavailable($"Remote module {key} was deleted and is still readable."),
        };
    }

    /// <summary>An entry without its module would be registered again by the next apply.</summary>
    private async Task<Removal> ForgetAsync(MigratedModule module, CancellationToken cancellationToken)
    {
        var read = await ledgers.ReadAsync(installation, cancellationToken);
        if (read is not LedgerReadOutcome.Found found
            || !found.Ledger.Entries.TryGetValue(module.Owner.Uid, out var entry) || entry.Key != module.Old.Key)
        {
            return new Removal.Gone();
        }

        var next = found.Ledger.Remove(module.Owner.Uid).Seal(found.Ledger);
        return await ledgers.WriteAsync(next, found.Version, cancellationToken) is LedgerWriteOutcome.Written
            ? new Removal.Gone()
            : new Removal.Failed(new RemoteFault.Unavailable($"The ledger of {installation} cannot be written."));
    }
}
