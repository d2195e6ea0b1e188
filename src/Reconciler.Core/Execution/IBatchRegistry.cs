using System.Collections.Immutable;

namespace Reconciler.Core.Execution;

/// <summary>
/// What a remote can do besides that registers several modules in one request, all of them or none of them (Connect,
/// reference.md §7.4). Their keys are ours, so an unknown outcome is resolved key by key.
/// </summary>
public interface IBatchRegistry
{
    /// <summary>Sends at most one POST, ever, under the rules of <see cref="IModuleRegistry.CreateAsync"/>; each
    /// request is asked for its <c>MaySend</c>.</summary>
    Task<BatchOutcome> CreateAllAsync(ImmutableArray<CreateRequest> requests, CancellationToken cancellationToken);
}
