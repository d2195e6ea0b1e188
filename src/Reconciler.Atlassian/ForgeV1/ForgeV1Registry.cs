using Reconciler.Atlassian.Forge;
using Reconciler.Atlassian.Http;
using Reconciler.Core.Execution;
using Reconciler.Core.Modules;

namespace Reconciler.Atlassian.ForgeV1;

/// <summary>
/// The module set of one installation behind the v1 API, whose keys the client chooses: directly or through the Forge
/// Containers proxy, which differ only in <see cref="IKeyedRequests"/> and authentication.
/// </summary>
internal sealed class ForgeV1Registry(RemoteClient client, IKeyedRequests requests) : IModuleRegistry
{
    private readonly CountedCalls _calls = new(client, requests.List, ForgeV1Faults.OfRead, ForgeV1Faults.OfWrite);

    public Task<ListOutcome> ListAsync(CancellationToken cancellationToken) => _calls.ListAsync(cancellationToken);

    public Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) =>
        _calls.GetAsync(key, requests.Get, cancellationToken);

    public async Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var key = ItemKey.Of(request);
        if (ItemKey.Check(key) is { } unaddressable)
        {
            return new CreateOutcome.Refused(unaddressable, Sent: false);
        }

        var outcome = await _calls.CreateAsync(
            requests.Create(request.AttemptId, key, request.Content), request.MaySend, requests.CreateSuccesses,
            reply => ForgeV1Wire.ReadCreated(reply, key), cancellationToken);
        return await KeyChecks.ExplainAsync(outcome, () => GetAsync(key, cancellationToken));
    }

    public Task<UpdateOutcome> UpdateAsync(string key, ModuleContent content, CancellationToken cancellationToken) =>
        _calls.UpdateAsync(key, item => requests.Update(item, content), cancellationToken);

    public Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken) =>
        _calls.DeleteAsync(key, requests.Delete, cancellationToken);
}
