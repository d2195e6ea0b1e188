using System.Collections.Immutable;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Operator.Control;

/// <summary>
/// An <see cref="IModuleRegistry"/> behind the auth breaker of its credential. While the breaker is open every call
/// ends with the fault that opened it and nothing is sent.
/// </summary>
internal sealed class GuardedRegistry(IModuleRegistry inner, AuthBreaker breaker) : IModuleRegistry, IBatchRegistry
{
    public IBatchRegistry? Batches => inner.Batches is null ? null : this;

    public async Task<ListOutcome> ListAsync(CancellationToken cancellationToken)
    {
        if (breaker.Ask() is { } refusal)
        {
            return new ListOutcome.Failed(refusal);
        }

        var outcome = await inner.ListAsync(cancellationToken);
        breaker.Learn((outcome as ListOutcome.Failed)?.Fault);
        return outcome;
    }

    public async Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (breaker.Ask() is { } refusal)
        {
            return new LookupOutcome.Failed(refusal);
        }

        var outcome = await inner.GetAsync(key, cancellationToken);
        breaker.Learn((outcome as LookupOutcome.Failed)?.Fault);
        return outcome;
    }

    public async Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        if (breaker.Ask() is { } refusal)
        {
            return new CreateOutcome.Refused(refusal, Sent: false);
        }

        var outcome = await inner.CreateAsync(request, cancellationToken);
        breaker.Learn(outcome switch
        {
            CreateOutcome.Refused refused => refused.Fault,
            CreateOutcome.Unknown unknown => unknown.Fault,
            CreateOutcome.Created => null,
            _ => throw new ArgumentOutOfRangeException(nameof(request), outcome, "Unknown outcome."),
        });
        return outcome;
    }

    public async Task<BatchOutcome> CreateAllAsync(
        ImmutableArray<CreateRequest> requests, CancellationToken cancellationToken)
    {
        if (breaker.Ask() is { } refusal)
        {
            return new BatchOutcome.Refused(refusal, Sent: false);
        }

        var outcome = await inner.Batches!.CreateAllAsync(requests, cancellationToken);
        breaker.Learn(outcome switch
        {
            BatchOutcome.Refused refused => refused.Fault,
            BatchOutcome.Unknown unknown => unknown.Fault,
            BatchOutcome.Created => null,
            _ => throw new ArgumentOutOfRangeException(nameof(requests), outcome, "Unknown outcome."),
        });
        return outcome;
    }

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken) =>
        GuardAsync(() => inner.UpdateAsync(key, content, cancellationToken));

    public Task<UpdateOutcome> ReplaceAsync(
        string key, ModuleContent content, ModuleContent former, Func<bool> maySend,
        CancellationToken cancellationToken) =>
        GuardAsync(() => inner.ReplaceAsync(key, content, former, maySend, cancellationToken));

    public async Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        if (breaker.Ask() is { } refusal)
        {
            return new DeleteOutcome.Failed(refusal);
        }

        var outcome = await inner.DeleteAsync(key, cancellationToken);
        breaker.Learn((outcome as DeleteOutcome.Failed)?.Fault);
        return outcome;
    }

    private async Task<UpdateOutcome> GuardAsync(Func<Task<UpdateOutcome>> update)
    {
        if (breaker.Ask() is { } refusal)
        {
            return new UpdateOutcome.Failed(refusal);
        }

        var outcome = await update();
        breaker.Learn((outcome as UpdateOutcome.Failed)?.Fault);
        return outcome;
    }
}
