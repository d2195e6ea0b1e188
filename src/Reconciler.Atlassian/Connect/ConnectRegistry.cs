using System.Collections.Immutable;
using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>The dynamic modules of a Connect app in one Jira or Confluence tenant: client-chosen keys, no item route,
/// no update verb, several modules in one request (reference.md §7).</summary>
internal sealed class ConnectRegistry(RemoteClient client) : IModuleRegistry, IBatchRegistry
{
    private readonly ConnectCalls _calls = new(client);

    public IBatchRegistry Batches => this;

    public async Task<ListOutcome> ListAsync(CancellationToken cancellationToken)
    {
        var (list, failure) = await _calls.ListAsync(cancellationToken);
        return list is not null
            ? new ListOutcome.Complete(list.Modules, list.Warning)
            : new ListOutcome.Failed(failure!);
    }

    public async Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken)
    {
        var (list, failure) = await _calls.ListAsync(cancellationToken);
        return list is null
            ? new LookupOutcome.Failed(failure!)
            : list.Find(key) is { } module ? new LookupOutcome.Found(module) : new LookupOutcome.Absent();
    }

    public async Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var key = ItemKey.Of(request);
        var outcome = await _calls.RegisterAsync(
            request.AttemptId, [new ObservedModule(key, request.Content)], request.MaySend, cancellationToken);
        return await KeyChecks.ExplainAsync(outcome, () => GetAsync(key, cancellationToken));
    }

    public async Task<BatchOutcome> CreateAllAsync(
        ImmutableArray<CreateRequest> requests, CancellationToken cancellationToken)
    {
        var outcome = await _calls.RegisterAsync(
            string.Join(',', requests.Select(request => request.AttemptId)),
            [.. requests.Select(request => new ObservedModule(ItemKey.Of(request), request.Content))],
            () => requests.All(request => request.MaySend()), cancellationToken);
        return outcome switch
        {
            CreateOutcome.Created => new BatchOutcome.Created(),
            CreateOutcome.Refused refused => new BatchOutcome.Refused(refused.Fault, refused.Sent),
            CreateOutcome.Unknown unknown => new BatchOutcome.Unknown(unknown.Fault),
            _ => throw new InvalidOperationException("The outcomes are a closed set."),
        };
    }

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new ConnectReplacement(_calls, key, static () => true)
            .RunAsync(content, former: null, cancellationToken);
    }

    public Task<UpdateOutcome> ReplaceAsync(
        string key, ModuleContent content, ModuleContent former, Func<bool> maySend,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new ConnectReplacement(_calls, key, maySend).RunAsync(content, former, cancellationToken);
    }

    public async Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return await _calls.RemoveAsync(key, cancellationToken) is { } fault
            ? new DeleteOutcome.Failed(fault)
            : new DeleteOutcome.Deleted();
    }
}
