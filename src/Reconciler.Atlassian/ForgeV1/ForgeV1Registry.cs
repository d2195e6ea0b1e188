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
    private readonly ModuleCalls _calls = new(client);
    private readonly ListReader _list = new(client, requests.List, ForgeV1Faults.OfRead);

    // Ours since the last complete list: tells a 422 for the quota from one for the data.
    private int _count;

    public async Task<ListOutcome> ListAsync(CancellationToken cancellationToken)
    {
        var outcome = await _list.ReadAsync(cancellationToken);
        if (outcome is ListOutcome.Complete complete)
        {
            _count = complete.Modules.Length;
        }

        return outcome;
    }

    public async Task<LookupOutcome> GetAsync(string key, CancellationToken cancellationToken) =>
        ItemKey.Check(key) is { } unaddressable
            ? new LookupOutcome.Failed(unaddressable)
            : await _calls.GetAsync(key, requests.Get(key), ForgeV1Faults.OfRead, cancellationToken);

    public async Task<CreateOutcome> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var key = ItemKey.Of(request);
        if (ItemKey.Check(key) is { } unaddressable)
        {
            return new CreateOutcome.Refused(unaddressable, Sent: false);
        }

        var reading = new CreateReading(
            requests.CreateSuccesses,
            reply => ForgeV1Faults.OfWrite(reply, _count >= client.Options.Quota),
            reply => ForgeV1Wire.ReadCreated(reply, key));
        var outcome = await _calls.CreateAsync(
            requests.Create(request.AttemptId, key, request.Content), request.MaySend, reading, cancellationToken);
        _count += outcome is CreateOutcome.Created ? 1 : 0;
        return await KeyChecks.ExplainAsync(outcome, () => GetAsync(key, cancellationToken));
    }

    public async Task<UpdateOutcome> UpdateAsync(
        string key, ModuleContent content, CancellationToken cancellationToken) =>
        ItemKey.Check(key) is { } unaddressable
            ? new UpdateOutcome.Failed(unaddressable)
            : await _calls.UpdateAsync(
                requests.Update(key, content), reply => ForgeV1Faults.OfWrite(reply, isFull: false), cancellationToken);

    public async Task<DeleteOutcome> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        if (ItemKey.Check(key) is { } unaddressable)
        {
            return new DeleteOutcome.Failed(unaddressable);
        }

        var outcome = await _calls.DeleteAsync(
            requests.Delete(key), reply => ForgeV1Faults.OfWrite(reply, isFull: false), cancellationToken);
        _count -= outcome is DeleteOutcome.Deleted ? 1 : 0;
        return outcome;
    }
}
