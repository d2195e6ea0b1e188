using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Control;

/// <summary>
/// Stands in for a remote that cannot be spoken to because of what the cluster holds: the Secret is missing, lacks a
/// key, or the address is unusable. Every call ends with the one fault that says so, hence nothing is concluded and
/// nothing is lost.
/// </summary>
internal sealed class UnreachableRegistry(RemoteFault fault) : IModuleRegistry
{
    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ListOutcome>(new ListOutcome.Failed(fault));

    public Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<LookupOutcome>(new LookupOutcome.Failed(fault));

    public Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<CreateOutcome>(new CreateOutcome.Refused(fault, Sent: false));

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken) =>
        Task.FromResult<UpdateOutcome>(new UpdateOutcome.Failed(fault));

    public Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken) =>
        Task.FromResult<DeleteOutcome>(new DeleteOutcome.Failed(fault));
}
