using System.Collections.Immutable;
using Reconciler.Core.Ledgers;
using Reconciler.Core.Modules;
using Reconciler.Core.Planning;

namespace Reconciler.Core.Execution;

/// <summary>What a pass knows about the remote before it decides, or the fault that kept it from knowing.</summary>
internal abstract record Sighting
{
    private Sighting() { }

    public sealed record Seen(Situation Situation, Resolution Resolution, string? Warning) : Sighting;

    public sealed record Blind(RemoteFault Fault) : Sighting;
}

/// <summary>Reads the remote: one complete list, single reads for what it ought to show and does not, and what both
/// prove.</summary>
internal sealed class Survey(IModuleRegistry registry, PassMemory memory, PassOptions options, TimeProvider time)
{
    private static readonly ImmutableDictionary<string, ObservedModule?> NoLookups =
        ImmutableDictionary.Create<string, ObservedModule?>(StringComparer.Ordinal);

    public async Task<Sighting> LookAsync(PassInput input, Ledger ledger, CancellationToken cancellationToken)
    {
        memory.See(ledger, input.Desired);
        var began = time.GetTimestamp();
        switch (await registry.ListAsync(cancellationToken))
        {
            case ListOutcome.Failed failed:
                return new Sighting.Blind(failed.Fault);
            case ListOutcome.Complete complete:
                return await ResolveAsync(input, ledger, complete, began, cancellationToken);
            default:
                throw new InvalidOperationException("unhandled list outcome");
        }
    }

    private async Task<Sighting> ResolveAsync(
        PassInput input, Ledger ledger, ListOutcome.Complete list, long began, CancellationToken cancellationToken)
    {
        var situation = Describe(input, ledger, list, began, NoLookups);
        var lookups = NoLookups;
        foreach (var key in Resolver.Questions(ledger, situation))
        {
            switch (await registry.GetAsync(key, cancellationToken))
            {
                case LookupOutcome.Found found:
                    lookups = lookups.SetItem(key, found.Module);
                    break;
                case LookupOutcome.Absent:
                    lookups = lookups.SetItem(key, null);
                    break;
                case LookupOutcome.Failed failed:
                    return new Sighting.Blind(failed.Fault);
                default:
                    throw new InvalidOperationException("unhandled lookup outcome");
            }
        }

        if (!lookups.IsEmpty)
        {
            situation = Describe(input, ledger, list, began, lookups);
        }

        var resolution = Resolver.Resolve(ledger, situation);
        var hidden = lookups.Where(lookup => lookup.Value is not null).Select(lookup => lookup.Key);
        memory.Learn(resolution, hidden, began, options.Windows);
        return new Sighting.Seen(situation, resolution, list.Warning);
    }

    private Situation Describe(
        PassInput input, Ledger ledger, ListOutcome.Complete list, long began,
        ImmutableDictionary<string, ObservedModule?> lookups) =>
        new(input.Installation, input.Desired, list.Modules,
            memory.Snapshot(input.Installation, ledger, began, options.Windows, lookups),
            options.Windows, time.GetUtcNow())
        {
            Rules = options.Rules,
        };
}
