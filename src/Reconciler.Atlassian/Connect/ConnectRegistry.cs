using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.Connect;

/// <summary>The dynamic modules of a Connect app in one Jira or Confluence tenant: client-chosen keys, no item route, no
/// update verb (reference.md §7).</summary>
internal sealed class ConnectRegistry(RemoteClient client) : IModuleRegistry
{
    private readonly ConnectCalls _calls = new(client);

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
            request.AttemptId, key, request.Content, request.MaySend, cancellationToken);
        return await KeyChecks.ExplainAsync(outcome, () => GetAsync(key, cancellationToken));
    }

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new ConnectReplacement(_calls).RunAsync(key, content, cancellationToken);
    }

    public async Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return await _calls.RemoveAsync(key, cancellationToken) is { } fault
            ? new DeleteOutcome.Failed(fault)
            : new DeleteOutcome.Deleted();
    }
}
